using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace UcfActionRecognition.Benchmarks;

/// <summary>
/// Puts files out of the system's page cache, so that the next reading comes from the disk, and tells how much of them it holds. Linux; no
/// privilege is needed for files of one's own.
/// </summary>
internal static unsafe partial class PageCache
{
    private const int DontNeed = 4;
    private const int ProtectionNone = 0;
    private const int MapShared = 1;

    /// <summary>Evicts the files. Pages that were never written to the disk cannot go, so they are written first.</summary>
    public static void Evict(IEnumerable<string> paths)
    {
        foreach (string path in paths)
        {
            using SafeFileHandle file = File.OpenHandle(path);
            if (Sync(file) != 0 || Advise(file, 0, 0, DontNeed) != 0)
            {
                throw new IOException($"'{path}' could not be put out of the page cache.");
            }
        }
    }

    /// <summary>Reads the files through once.</summary>
    public static void Fill(IEnumerable<string> paths)
    {
        var buffer = new byte[1 << 20];
        foreach (string path in paths)
        {
            using SafeFileHandle file = File.OpenHandle(path);
            for (long at = 0; RandomAccess.Read(file, buffer, at) is var read and > 0; at += read)
            {
            }
        }
    }

    /// <summary>The part of the files' pages that the cache holds, 0 to 1.</summary>
    public static double CachedShare(IEnumerable<string> paths)
    {
        long pages = 0;
        long cached = 0;
        foreach (string path in paths)
        {
            bool[] held = CachedPages(path);
            pages += held.Length;
            cached += held.Count(page => page);
        }

        return (double)cached / pages;
    }

    private static bool[] CachedPages(string path)
    {
        using SafeFileHandle file = File.OpenHandle(path);
        long length = RandomAccess.GetLength(file);
        var held = new byte[(length + Environment.SystemPageSize - 1) / Environment.SystemPageSize];
        nint address = Map(0, (nuint)length, ProtectionNone, MapShared, file, 0);
        if (address == -1)
        {
            throw new IOException($"'{path}' could not be mapped.");
        }

        int failed = InCore(address, (nuint)length, held);
        _ = Unmap(address, (nuint)length);
        return failed == 0 ? [.. held.Select(page => (page & 1) != 0)] : throw new IOException($"The cached pages of '{path}' could not be told.");
    }

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Sync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(SafeFileHandle file, long offset, long length, int advice);

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, SafeFileHandle file, long offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "mincore")]
    private static partial int InCore(nint address, nuint length, [Out] byte[] pages);
}
