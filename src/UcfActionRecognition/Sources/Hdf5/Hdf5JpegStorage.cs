using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace UcfActionRecognition;

/// <summary>Frames as JPEG files one after the other in the file; each is read and decoded by itself.</summary>
/// <remarks>Where a frame lies is read with it and not kept: of 100,000 known files that would be hundreds of megabytes.</remarks>
/// <param name="start">Where the first JPEG begins.</param>
/// <param name="bytes">Bytes of all JPEGs.</param>
/// <param name="offsets">Where the offsets begin: where each JPEG begins and the last one ends, counted from the first.</param>
/// <param name="info">The video.</param>
/// <param name="options">Limits.</param>
internal sealed class Hdf5JpegStorage(long start, long bytes, long offsets, VideoInfo info, Hdf5VideoClipSourceOptions options) : Hdf5Storage
{
    public override bool OutlivesHandle => true;

    public override bool ReadsRows => true;

    /// <summary>Checks where all frames lie.</summary>
    /// <exception cref="Hdf5FormatException">A place is not inside, out of order, or too long.</exception>
    public void CheckPlaces(SafeFileHandle file)
    {
        long end = 0;
        for (int frame = 0; frame < info.FrameCount; frame++)
        {
            (long first, int length) = Place(file, frame);
            if (first != end)
            {
                throw new Hdf5FormatException($"its frame {frame} lies at {first} of the JPEG files; expected {end}, where the one before ends");
            }

            end = first + length;
        }

        if (end != bytes)
        {
            throw new Hdf5FormatException($"its frames lie at 0 to {end} of {bytes} bytes of JPEG files; expected all of them");
        }
    }

    public override void ReadRows(SafeFileHandle file, int frame, int firstRow, Span<byte> rows)
    {
        (long first, int length) = Place(file, frame);
        byte[] rented = FrameBuffers.Pool.Rent(length);
        try
        {
            Span<byte> jpeg = rented.AsSpan(0, length);
            FileBytes.ReadExactly(file, jpeg, start + first);
            JpegDecoder.Decode(jpeg, info.Size, firstRow, rows);
        }
        catch (JpegFormatException error)
        {
            throw new Hdf5FormatException($"the JPEG of frame {frame} {error.Message}");
        }
        finally
        {
            FrameBuffers.Pool.Return(rented);
        }
    }

    public override void Read(SafeFileHandle file, ReadOnlySpan<int> frames, Span<byte> rgb, CancellationToken cancel)
    {
        foreach (int frame in frames)
        {
            cancel.ThrowIfCancellationRequested();
            ReadRows(file, frame, 0, rgb[..info.FrameBytes]);
            rgb = rgb[info.FrameBytes..];
        }
    }

    // Checked at each reading: the file may have changed since it was opened.
    private (long First, int Length) Place(SafeFileHandle file, int frame)
    {
        Span<byte> pair = stackalloc byte[2 * sizeof(long)];
        FileBytes.ReadExactly(file, pair, offsets + ((long)frame * sizeof(long)));
        long first = BinaryPrimitives.ReadInt64LittleEndian(pair);
        long next = BinaryPrimitives.ReadInt64LittleEndian(pair[sizeof(long)..]);
        return first >= 0 && next > first && next <= bytes && next - first <= options.MaxChunkBytes
            ? (first, (int)(next - first))
            : throw new Hdf5FormatException(
                $"its frame {frame} lies at {first} to {next} of {bytes} bytes of JPEG files; expected places in order, inside, and up " +
                $"to {options.MaxChunkBytes} bytes apart (option {nameof(options.MaxChunkBytes)})");
    }
}
