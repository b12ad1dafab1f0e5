using System.Runtime.InteropServices;

namespace UcfActionRecognition;

/// <summary>How libtorch's OpenMP threads wait for work on Linux.</summary>
/// <remarks>
/// GNU OpenMP's threads spin for milliseconds by default while they wait. Where loader workers or other programs want the same
/// cores, the spinning takes from them what libtorch itself is waiting for, and a step takes up to ten times as long. A short spin keeps
/// what spinning is good for. See docs/decisions/0009-short-spin.md.
/// </remarks>
internal static partial class OpenMPThreads
{
    private const string SpinCount = "GOMP_SPINCOUNT";
    private const string ShortSpin = "2000";

    /// <summary>Shortens the spin, unless the user has set how to wait. To be called before libtorch is loaded, later calls change nothing.</summary>
    public static void ShortenSpin()
    {
        if (OperatingSystem.IsLinux()
            && Environment.GetEnvironmentVariable(SpinCount) is null
            && Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null)
        {
            // .NET's own SetEnvironmentVariable changes a copy that native code does not see.
            _ = SetNativeVariable(SpinCount, ShortSpin, overwrite: 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetNativeVariable(string name, string value, int overwrite);
}
