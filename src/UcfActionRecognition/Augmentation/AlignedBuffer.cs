using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace UcfActionRecognition;

/// <summary>An array that only grows and starts at a cache line, so that no vector in it lies across two.</summary>
internal sealed class AlignedBuffer<T>
    where T : unmanaged
{
    private const int Alignment = 64;

    private byte[] _bytes = [];
    private int _start;
    private int _count;

    public Span<T> Span => MemoryMarshal.Cast<byte, T>(_bytes.AsSpan(_start, _count * Unsafe.SizeOf<T>()));

    /// <summary>Sets the length; what was there is kept or not.</summary>
    public void Resize(int count)
    {
        int bytes = checked(count * Unsafe.SizeOf<T>());
        if (_bytes.Length < _start + bytes || _bytes.Length == 0)
        {
            // Pinned, or a collection would move it off the line.
            _bytes = GC.AllocateArray<byte>(checked(bytes + Alignment), pinned: true);
            nint address = Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, 0);
            _start = (int)((Alignment - address % Alignment) % Alignment);
        }

        _count = count;
    }
}
