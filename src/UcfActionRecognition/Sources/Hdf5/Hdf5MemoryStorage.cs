using Microsoft.Win32.SafeHandles;

namespace UcfActionRecognition;

/// <summary>All frames in memory: the compact layout, at most 64 KB inside the file's header.</summary>
internal sealed class Hdf5MemoryStorage(byte[] video, int frameBytes) : Hdf5Storage
{
    public override void Read(SafeFileHandle file, ReadOnlySpan<int> frames, Span<byte> rgb, CancellationToken cancel)
    {
        foreach (int frame in frames)
        {
            video.AsSpan(frame * frameBytes, frameBytes).CopyTo(rgb);
            rgb = rgb[frameBytes..];
        }
    }
}
