using Microsoft.Win32.SafeHandles;

namespace UcfActionRecognition;

/// <summary>A dataset that was made but never written: every byte is the fill value.</summary>
internal sealed class Hdf5FillStorage(byte value) : Hdf5Storage
{
    public override void Read(SafeFileHandle file, ReadOnlySpan<int> frames, Span<byte> rgb, CancellationToken cancel) => rgb.Fill(value);
}
