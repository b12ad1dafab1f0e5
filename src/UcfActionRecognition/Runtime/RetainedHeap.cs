using System.Globalization;
using System.Runtime.InteropServices;

namespace UcfActionRecognition;

/// <summary>
/// While one exists, glibc keeps what native code frees for what it allocates next; with the last one gone, the memory goes back to the system.
/// </summary>
/// <remarks>
/// By default large blocks come from the system and go back to it, each time as new pages that it has to clear: for the activations of
/// a network that is a quarter of the time. See docs/decisions/0021-retained-heap.md. Linux with glibc only; elsewhere, and where the user has set
/// how to allocate (MALLOC_..._ or GLIBC_TUNABLES), nothing changes. Threads that allocate for other
/// purposes meanwhile are served the same way. Of threads other than the process's first one glibc keeps less.
/// </remarks>
internal sealed partial class RetainedHeap : IDisposable
{
    // malloc.h
    private const int TrimThreshold = -1;
    private const int MappingThreshold = -3;
    private const int LargestMappings = -4;

    // What glibc's own adjustment arrives at in a process that frees large blocks; it ends with the first mallopt.
    private const int UsualTrimThreshold = 64 << 20;
    private const int UsualMappingThreshold = 32 << 20;
    private const int UsualLargestMappings = 65536;

    private const int RetainedBytes = 1 << 30;
    private const long LargestHoles = 384 << 20;

    private static readonly Lock Gate = new();
    private static readonly bool CanSet = OperatingSystem.IsLinux() && !IsSetByUser() && HasFunctions();
    private static int _users;

    // What is resident for other reasons than holes, which no trim gives back.
    private static long _unusable;

    private bool _disposed;

    /// <summary>Begins to keep.</summary>
    public RetainedHeap()
    {
        lock (Gate)
        {
            if (_users == 0)
            {
                _unusable = Unused();
                Set(RetainedBytes, largestMappings: 0);
            }

            _users++;
        }
    }

    /// <summary>
    /// Gives free memory back once it is more than 384 MiB; nothing where no one retains it. To be called between batches and between
    /// layers: blocks of many sizes leave holes that others do not fit into, and with large batches these add up.
    /// </summary>
    public static void GiveBackHoles()
    {
        lock (Gate)
        {
            if (_users > 0 && Unused() - _unusable > LargestHoles)
            {
                _ = Trim(0);
                _unusable = Unused();
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

    // What is resident and not in use by anyone who asked malloc for it.
    private static long Unused()
    {
        if (!CanSet)
        {
            return 0;
        }

        HeapInfo heap = Info();
        string pages = File.ReadAllText("/proc/self/statm").Split(' ')[1];
        return (long.Parse(pages, CultureInfo.InvariantCulture) * Environment.SystemPageSize) - (long)(heap.Used + heap.Mapped);
    }

    private static void Set(int trimThreshold, int largestMappings)
    {
        if (CanSet)
        {
            _ = SetOption(TrimThreshold, trimThreshold);
            _ = SetOption(MappingThreshold, UsualMappingThreshold);
            _ = SetOption(LargestMappings, largestMappings);
        }
    }

    private static bool IsSetByUser() =>
        Environment.GetEnvironmentVariables().Keys.Cast<string>().Any(name => name == "GLIBC_TUNABLES" || name.StartsWith("MALLOC_", StringComparison.Ordinal));

    // musl has none of these functions, and glibc before 2.33 no mallinfo2.
    private static bool HasFunctions() =>
        NativeLibrary.TryLoad("libc.so.6", out nint library) && NativeLibrary.TryGetExport(library, "mallinfo2", out _);

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);

    [LibraryImport("libc.so.6", EntryPoint = "mallinfo2")]
    private static partial HeapInfo Info();

    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint pad);

    // struct mallinfo2: ten numbers, among them hblkhd and uordblks.
    [StructLayout(LayoutKind.Explicit, Size = 80)]
    private readonly struct HeapInfo
    {
        [FieldOffset(32)]
        public readonly nuint Mapped;

        [FieldOffset(56)]
        public readonly nuint Used;
    }
}
