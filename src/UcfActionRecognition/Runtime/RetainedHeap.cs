using System.Runtime.InteropServices;

namespace UcfActionRecognition;

/// <summary>
/// While one exists, glibc keeps what native code frees for what it allocates next; with the last one gone, the memory goes back to the system.
/// </summary>
/// <remarks>
/// By default large blocks come from the system and go back to it, each time as new pages that it has to clear: for the activations of
/// a network that is a quarter of the time. See docs/decisions/0020-retained-heap.md. Linux with glibc only; elsewhere, and where the user has set
/// how to allocate (MALLOC_..._ or GLIBC_TUNABLES), nothing changes. Threads that allocate for other purposes meanwhile are served the same way.
/// </remarks>
internal sealed partial class RetainedHeap : IDisposable
{
    // malloc.h
    private const int TrimThreshold = -1;
    private const int LargestMappings = -4;

    // What glibc's own adjustment arrives at in a process that frees large blocks; it ends with the first mallopt.
    private const int UsualTrimThreshold = 64 << 20;
    private const int UsualLargestMappings = 65536;

    private const int RetainedBytes = 1 << 30;

    private static readonly Lock Gate = new();
    private static readonly bool CanSet = OperatingSystem.IsLinux() && !IsSetByUser();
    private static int _users;

    private bool _disposed;

    /// <summary>Begins to keep.</summary>
    public RetainedHeap()
    {
        lock (Gate)
        {
            if (_users++ == 0)
            {
                Set(RetainedBytes, largestMappings: 0);
            }
        }
    }

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            if (--_users == 0)
            {
                Set(UsualTrimThreshold, UsualLargestMappings);
                if (CanSet)
                {
                    _ = Trim(0);
                }
            }
        }
    }

    private static void Set(int trimThreshold, int largestMappings)
    {
        if (CanSet)
        {
            _ = SetOption(TrimThreshold, trimThreshold);
            _ = SetOption(LargestMappings, largestMappings);
        }
    }

    // musl, for one, has neither function.
    private static bool IsSetByUser() =>
        Environment.GetEnvironmentVariables().Keys.Cast<string>().Any(name => name == "GLIBC_TUNABLES" || (name.StartsWith("MALLOC_", StringComparison.Ordinal) && name.EndsWith('_')))
        || !NativeLibrary.TryLoad("libc.so.6", out nint library)
        || !NativeLibrary.TryGetExport(library, "malloc_trim", out _);

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);

    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint pad);
}
