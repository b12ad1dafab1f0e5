using Microsoft.Win32.SafeHandles;

namespace UcfActionRecognition;

/// <summary>
/// Writes a video as an HDF5 file that <see cref="Hdf5VideoClipSource"/>, h5py and every other HDF5 program reads: one contiguous
/// dataset <c>video</c>, uint8 <c>[T, H, W, 3]</c>, RGB.
/// </summary>
/// <remarks>
/// A file is written whole or not at all: whatever ends the writing, be it an error, a full disk or a kill, leaves the file that was there
/// before. Concurrent calls for different paths are safe.
/// </remarks>
public static class Hdf5VideoWriter
{
    private const int BufferBytes = 4 << 20;

    /// <summary>Writes all frames of a video, from the reader's next one on, with a few MB of memory.</summary>
    /// <param name="path">The file to write; its folder is made where missing, a file that is there is replaced.</param>
    /// <param name="video">The video. Its frame count reserves the space; the frames that really come are what counts.</param>
    /// <param name="cancel">Ends the writing early and leaves nothing behind.</param>
    /// <returns>The number of frames written.</returns>
    /// <exception cref="VideoReadException">The video cannot be read, or has no frame.</exception>
    /// <exception cref="ActionRecognitionException">The file cannot be written: the disk is full, or the folder may not be written to.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public static int Write(string path, VideoReader video, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(video);
        VideoInfo info = video.Info;
        int perBuffer = Math.Max(1, BufferBytes / info.FrameBytes);
        byte[] buffer = GC.AllocateUninitializedArray<byte>(perBuffer * info.FrameBytes);
        return Write(path, info.Height, info.Width, Math.Max(1, info.FrameCount ?? 1), NextFrames, cancel);

        ReadOnlySpan<byte> NextFrames()
        {
            int count = 0;
            while (count < perBuffer && video.ReadNext(buffer.AsSpan(count * info.FrameBytes, info.FrameBytes)))
            {
                cancel.ThrowIfCancellationRequested();
                count++;
            }

            return buffer.AsSpan(0, count * info.FrameBytes);
        }
    }

    /// <summary>Writes frames from memory.</summary>
    /// <param name="path">The file to write; its folder is made where missing, a file that is there is replaced.</param>
    /// <param name="height">Height of every frame, in pixels.</param>
    /// <param name="width">Width of every frame, in pixels.</param>
    /// <param name="rgb">The frames, <c>T x height x width x 3</c> bytes, at least one frame.</param>
    /// <exception cref="ArgumentException"><paramref name="rgb"/> is not a whole number of frames, or none.</exception>
    /// <exception cref="ActionRecognitionException">The file cannot be written: the disk is full, or the folder may not be written to.</exception>
    public static void Write(string path, int height, int width, ReadOnlyMemory<byte> rgb)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        int frameBytes = new VideoInfo(height, width, null).FrameBytes;
        if (rgb.IsEmpty || rgb.Length % frameBytes != 0)
        {
            throw new ArgumentException(
                $"Expected whole frames of {height}x{width} ({frameBytes} bytes each), at least one; got {rgb.Length} bytes.", nameof(rgb));
        }

        bool given = false;
        Write(path, height, width, rgb.Length / frameBytes, AllAtOnce, CancellationToken.None);

        ReadOnlySpan<byte> AllAtOnce()
        {
            ReadOnlySpan<byte> frames = given ? default : rgb.Span;
            given = true;
            return frames;
        }
    }

    private static int Write(string path, int height, int width, int expected, FrameSupply next, CancellationToken cancel)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        cancel.ThrowIfCancellationRequested();
        var template = Hdf5Template.OfVideo(expected, height, width);
        var written = new Progress { Bytes = template.Length };
        int frames = 0;
        OutputFile.Write(path, temporary => frames = WriteFile(temporary, path, height, width, template, next, written), () => written.Bytes);
        return frames;
    }

    private static int WriteFile(
        string temporary, string path, int height, int width, Hdf5Template template, FrameSupply next, Progress written)
    {
        // Reserving the space shows a full disk before any frame is decoded, and keeps the file in one piece.
        using SafeFileHandle file = File.OpenHandle(
            temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, preallocationSize: template.Length);
        int frameBytes = new VideoInfo(height, width, null).FrameBytes;
        long position = template.DataOffset;
        for (ReadOnlySpan<byte> frames = next(); !frames.IsEmpty; frames = next())
        {
            written.Bytes = Math.Max(written.Bytes, position + frames.Length);
            RandomAccess.Write(file, frames, position);
            position += frames.Length;
        }

        long count = (position - template.DataOffset) / frameBytes;
        if (count is 0 or > int.MaxValue)
        {
            throw new VideoReadException(
                path,
                $"Cannot write the HDF5 video '{path}': its source gave {count} frames; expected 1 to {int.MaxValue}. Check the source.");
        }

        Finish(file, Hdf5Template.OfVideo((int)count, height, width), template.DataOffset);
        return (int)count;
    }

    private static void Finish(SafeFileHandle file, Hdf5Template template, long frameOffset)
    {
        if (template.DataOffset != frameOffset)
        {
            throw new InvalidOperationException($"PureHDF moved the frames from {frameOffset} to {template.DataOffset}.");
        }

        template.WriteAround(file);
        RandomAccess.SetLength(file, template.Length);
    }

    private delegate ReadOnlySpan<byte> FrameSupply();

    /// <summary>How long the file is known to become, for the error that tells.</summary>
    private sealed class Progress
    {
        public long Bytes { get; set; }
    }
}
