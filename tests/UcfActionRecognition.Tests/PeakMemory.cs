using System.Globalization;

namespace UcfActionRecognition.Tests;

/// <summary>The memory that something took in this process, in bytes of its resident set. Linux only.</summary>
/// <param name="Before">Before the work.</param>
/// <param name="Peak">The most while it ran.</param>
internal readonly record struct PeakMemory(long Before, long Peak)
{
    /// <summary>How far the work raised it.</summary>
    public long Rise => Peak - Before;

    public static PeakMemory Of(Action work)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        // proc(5): 5 resets the high-water mark to what is resident now.
        File.WriteAllText("/proc/self/clear_refs", "5");
        long before = Read("VmRSS:");
        work();
        return new PeakMemory(before, Read("VmHWM:"));
    }

    /// <summary>Reads what <see cref="ToString"/> gives.</summary>
    public static PeakMemory Parse(string text)
    {
        string[] numbers = text.Split(' ');
        return new PeakMemory(long.Parse(numbers[0], CultureInfo.InvariantCulture), long.Parse(numbers[1], CultureInfo.InvariantCulture));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Before} {Peak}");

    private static long Read(string name)
    {
        string line = File.ReadLines("/proc/self/status").Single(line => line.StartsWith(name, StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
