using System.Diagnostics;

namespace UcfActionRecognition.Benchmarks;

/// <summary>When each step of a training ended, and what was resident then.</summary>
internal sealed class StepTimes : IProgress<TrainingProgress>
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<double> _ends = [];

    private readonly List<long> _resident = [];

    public void Report(TrainingProgress value)
    {
        _resident.Add(ResidentMemory.Now);
        _ends.Add(_clock.Elapsed.TotalSeconds);
    }

    /// <summary>Seconds from the end of one step to the end of the next.</summary>
    /// <param name="first">The first step that counts, at least 1: the first of all has no step before it.</param>
    public double[] From(int first) => [.. _ends.Zip(_ends.Skip(1), (before, after) => after - before).Skip(first - 1)];

    /// <summary>The most that was resident after some steps, over the most during them, less 1; null where there are no more steps.</summary>
    /// <remarks>What is resident goes up and down within an epoch with the batches that are made ahead, so maxima are compared.</remarks>
    public double? GrowthAfter(int steps) =>
        _resident.Count <= steps ? null : ((double)_resident.Skip(steps).Max() / _resident.Take(steps).Max()) - 1;
}
