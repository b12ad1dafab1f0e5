using System.Globalization;

namespace UcfActionRecognition.Tests;

/// <summary>The most memory that this process held while something ran. Linux only.</summary>
internal static class PeakMemory
{
    /// <returns>Bytes: the high-water mark of the resident set since the start of the work.</returns>
    public static long While(Action work)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        // proc(5): 5 resets the high-water mark to what is resident now.
        File.WriteAllText("/proc/self/clear_refs", "5");
        work();
        string line = File.ReadLines("/proc/self/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
