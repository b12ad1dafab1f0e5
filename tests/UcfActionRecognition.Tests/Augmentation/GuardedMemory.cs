using System.Runtime.InteropServices;

namespace UcfActionRecognition.Tests.Augmentation;

/// <summary>Memory of Linux between two pages that may not be touched: a step past either end ends the process.</summary>
internal sealed unsafe partial class GuardedMemory : IDisposable
{
    private const int ReadAndWrite = 3;
    private const int PrivateAndAnonymous = 0x22;

    private readonly nint _mapping;
    private readonly nuint _length;
    private readonly byte* _start;
    private readonly int _capacity;

    public GuardedMemory(int capacity)
    {
        int page = Environment.SystemPageSize;
        _capacity = (capacity + page - 1) / page * page;
        _length = (nuint)(_capacity + 2 * page);
        _mapping = Map(0, _length, ReadAndWrite, PrivateAndAnonymous, -1, 0);
        _start = (byte*)_mapping + page;
        if (_mapping == -1 || Protect(_mapping, (nuint)page, 0) != 0 || Protect((nint)_start + _capacity, (nuint)page, 0) != 0)
        {
            throw new InvalidOperationException("mmap or mprotect failed.");
        }
    }

    public Span<byte> AtTheStart(int length) => new(_start, length);

    public Span<byte> AtTheEnd(int length) => new(_start + _capacity - length, length);

    public void Dispose() => _ = Unmap(_mapping, _length);

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);
}
