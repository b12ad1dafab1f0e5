using System.Globalization;

namespace UcfActionRecognition.Benchmarks;

/// <summary>This process's resident set, in bytes. Linux only.</summary>
internal sealed class ResidentMemory
{
    private readonly long _start;

    /// <summary>Starts counting from what is resident now.</summary>
    public ResidentMemory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        // proc(5): 5 resets the high-water mark to what is resident now.
        File.WriteAllText("/proc/self/clear_refs", "5");
        _start = Read("VmRSS:");
    }

    /// <summary>The most that was resident since, above the start.</summary>
    public long PeakRise => Peak - _start;

    /// <summary>What is resident now.</summary>
    public static long Now => Read("VmRSS:");

    /// <summary>The most that was resident since, in all.</summary>
    public static long Peak => Read("VmHWM:");

    private static long Read(string name)
    {
        string line = File.ReadLines("/proc/self/status").Single(line => line.StartsWith(name, StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
