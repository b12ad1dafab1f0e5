using Microsoft.Win32.SafeHandles;

namespace UcfActionRecognition;

/// <summary>Where the frames of one HDF5 video lie, and how they are read. Safe for concurrent calls.</summary>
internal abstract class Hdf5Storage : IDisposable
{
    /// <summary>How many frames, from <paramref name="frame"/> on, are read at no more cost than that frame alone.</summary>
    public virtual int RunLength(int frame) => 1;

    /// <summary>Whether the storage holds nothing but places, so that it serves again when the file was closed and opened anew.</summary>
    public virtual bool OutlivesHandle => false;

    /// <summary>Reads frames, in the order given, into <c>frames.Length x H x W x 3</c> bytes; both were checked.</summary>
    public abstract void Read(SafeFileHandle file, ReadOnlySpan<int> frames, Span<byte> rgb, CancellationToken cancel);

    /// <summary>
    /// Reads the rows from <paramref name="firstRow"/> on that fill <paramref name="rows"/>, of one frame, and nothing else of it. Only for storages
    /// whose <see cref="ReadsRows"/> says so.
    /// </summary>
    public virtual void ReadRows(SafeFileHandle file, int frame, int firstRow, Span<byte> rows) => throw new NotSupportedException();

    /// <summary>Whether <see cref="ReadRows"/> reads parts of frames.</summary>
    public virtual bool ReadsRows => false;

    /// <summary>Gives back what the storage holds besides the file's handle.</summary>
    public virtual void Dispose()
    {
    }
}
