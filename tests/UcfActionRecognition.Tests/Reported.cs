namespace UcfActionRecognition.Tests;

/// <summary>Runs an action at each report, on the reporting thread.</summary>
internal sealed class Reported<T>(Action<T> action) : IProgress<T>
{
    public void Report(T value) => action(value);
}
