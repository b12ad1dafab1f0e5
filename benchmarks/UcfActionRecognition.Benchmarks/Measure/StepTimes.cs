using System.Diagnostics;

namespace UcfActionRecognition.Benchmarks;

/// <summary>When each step of a training ended.</summary>
internal sealed class StepTimes : IProgress<TrainingProgress>
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<double> _ends = [];

    public void Report(TrainingProgress value) => _ends.Add(_clock.Elapsed.TotalSeconds);

    /// <summary>Seconds from the end of one step to the end of the next.</summary>
    /// <param name="first">The first step that counts, at least 1: the first of all has no step before it.</param>
    public double[] From(int first) => [.. _ends.Zip(_ends.Skip(1), (before, after) => after - before).Skip(first - 1)];
}
