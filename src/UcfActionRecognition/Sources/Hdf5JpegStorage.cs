using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace UcfActionRecognition;

/// <summary>Frames as JPEG files one after the other in the file; each is read and decoded by itself.</summary>
/// <param name="file">The file.</param>
/// <param name="start">Where the first JPEG begins.</param>
/// <param name="offsets">Where each begins, and the last one ends, from there on; checked.</param>
/// <param name="info">The video.</param>
internal sealed class Hdf5JpegStorage(SafeFileHandle file, long start, long[] offsets, VideoInfo info) : Hdf5Storage
{
    public override bool ReadsRows => true;

    public override void ReadRows(int frame, int firstRow, Span<byte> rows)
    {
        int bytes = (int)(offsets[frame + 1] - offsets[frame]);
        byte[] rented = ArrayPool<byte>.Shared.Rent(bytes);
        try
        {
            Span<byte> jpeg = rented.AsSpan(0, bytes);
            FileBytes.ReadExactly(file, jpeg, start + offsets[frame]);
            JpegDecoder.OfThisThread.Decode(jpeg, info.Size, firstRow, rows);
        }
        catch (JpegFormatException error)
        {
            throw new Hdf5FormatException($"the JPEG of frame {frame} {error.Message}");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    public override void Read(ReadOnlySpan<int> frames, Span<byte> rgb, CancellationToken cancel)
    {
        foreach (int frame in frames)
        {
            cancel.ThrowIfCancellationRequested();
            ReadRows(frame, 0, rgb[..info.FrameBytes]);
            rgb = rgb[info.FrameBytes..];
        }
    }
}
