using System.Globalization;

namespace UcfActionRecognition.Tests;

/// <summary>The most memory that something took in this process. Linux only.</summary>
internal static class PeakMemory
{
    /// <returns>Bytes: how far the resident set rose above what it was before the work.</returns>
    public static long Of(Action work)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        // proc(5): 5 resets the high-water mark to what is resident now.
        File.WriteAllText("/proc/self/clear_refs", "5");
        long before = Read("VmRSS:");
        work();
        return Read("VmHWM:") - before;
    }

    private static long Read(string name)
    {
        string line = File.ReadLines("/proc/self/status").Single(line => line.StartsWith(name, StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
