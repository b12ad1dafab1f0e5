using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace UcfActionRecognition;

/// <summary>An array that only grows and starts at a cache line, so that no vector in it lies across two.</summary>
internal sealed unsafe class AlignedBuffer<T>
    where T : unmanaged
{
    private const int Alignment = 64;

    // Pinned, so the address stays; the array lives as long as this object.
    private byte[] _bytes = [];
    private T* _start;

    public int Count { get; private set; }

    public Span<T> Span => new(_start, Count);

    /// <summary>The first element; null before <see cref="Resize"/>. Valid until the next one, while this object is in use.</summary>
    public T* Start => _start;

    /// <summary>Sets the length; what was there is kept or not.</summary>
    public void Resize(int count)
    {
        int bytes = checked(count * Unsafe.SizeOf<T>());
        if (_start == null || bytes > _bytes.Length - Alignment)
        {
            _bytes = GC.AllocateArray<byte>(checked(bytes + Alignment), pinned: true);
            nint address = Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, 0);
            _start = (T*)((address + Alignment - 1) & -Alignment);
        }

        Count = count;
    }
}
