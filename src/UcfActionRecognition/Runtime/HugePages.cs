using System.Runtime.InteropServices;

namespace UcfActionRecognition;

/// <summary>Asks Linux to back large memory that was not touched yet by pages of 2 MiB, where it gives them on request only.</summary>
/// <remarks>Large tensors are new memory every time: of pages of 4 KiB the kernel clears 256 to a megabyte, which takes longer than filling them.</remarks>
internal static unsafe partial class HugePages
{
    private const nuint PageBytes = 2 << 20;
    private const int UseHugePages = 14; // MADV_HUGEPAGE

    /// <summary>Asks for it; where the system knows no such thing or refuses, nothing changes.</summary>
    public static void Request(void* start, long bytes)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        nuint first = ((nuint)start + PageBytes - 1) & ~(PageBytes - 1);
        nuint end = ((nuint)start + (nuint)bytes) & ~(PageBytes - 1);
        if (end > first)
        {
            _ = Advise((void*)first, end - first, UseHugePages);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint bytes, int advice);
}
