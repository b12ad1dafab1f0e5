using System.Runtime.InteropServices;

namespace UcfActionRecognition;

/// <summary>What this process runs on, for summaries and reports.</summary>
internal static class Machine
{
    /// <summary>The processor's name, how many of it this process sees, and the memory that it may take.</summary>
    public static string Description =>
        $"{Processor}, {Environment.ProcessorCount} processors, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB of memory";

    private static string Processor => (OperatingSystem.IsWindows() ? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") : NameFrom("/proc/cpuinfo"))
        ?? $"{RuntimeInformation.ProcessArchitecture}";

    /// <summary>The name of the first processor that Linux lists; <see langword="null"/> where there is no such list, or no names in it.</summary>
    public static string? NameFrom(string list)
    {
        try
        {
            string? line = File.Exists(list) ? File.ReadLines(list).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) : null;
            return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() is { Length: > 0 } name ? name : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
