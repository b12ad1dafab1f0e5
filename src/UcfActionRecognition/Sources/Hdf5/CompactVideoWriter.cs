using Microsoft.Win32.SafeHandles;
using SkiaSharp;

namespace UcfActionRecognition;

/// <summary>
/// Writes a video as a compact HDF5 file, about a sixteenth of what <see cref="Hdf5VideoWriter"/> writes, with little loss: every frame is a JPEG.
/// <see cref="Hdf5VideoClipSource"/> reads it like any other.
/// </summary>
/// <remarks>
/// <para>The file has a dataset <c>jpeg</c>, uint8, with the frames' JPEG files one after the other, and <c>jpeg_offsets</c>, int64 <c>[T + 1]</c>, which says where each
/// begins and the last one ends. In Python, frame <c>i</c> is <c>cv2.imdecode(f["jpeg"][o[i]:o[i+1]], 1)</c> with <c>o = f["jpeg_offsets"]</c>, in BGR and with the same bytes. Attributes of
/// <c>jpeg</c>: <c>height</c>, <c>width</c>, <c>quality</c>, and <c>frames_per_second</c> where known.</para>
/// <para>A file is written whole or not at all. Concurrent calls for different paths are safe.</para>
/// </remarks>
public static class CompactVideoWriter
{
    /// <summary>Writes all frames of a video, from the reader's next one on, one in memory at a time.</summary>
    /// <param name="path">The file to write; its folder is made where missing, a file that is there is replaced.</param>
    /// <param name="video">The video. The frames that really come are what counts.</param>
    /// <param name="options">Settings; <see langword="null"/> for the defaults.</param>
    /// <param name="cancel">Ends the writing early and leaves nothing behind.</param>
    /// <returns>The number of frames written.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="VideoReadException">The video cannot be read, or has no frame.</exception>
    /// <exception cref="ActionRecognitionException">
    /// The file cannot be written: the disk is full, or the folder may not be written to. Or SkiaSharp's native library is missing.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public static int Write(string path, VideoReader video, CompactVideoWriterOptions? options = null, CancellationToken cancel = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(video);
        options ??= new CompactVideoWriterOptions();
        options.Validate();
        cancel.ThrowIfCancellationRequested();
        var offsets = new List<long> { 0 };
        OutputFile.Write(path, temporary => WriteFile(temporary, path, video, options, offsets, cancel), () => offsets[^1]);
        return offsets.Count - 1;
    }

    private static void WriteFile(string temporary, string path, VideoReader video, CompactVideoWriterOptions options, List<long> offsets, CancellationToken cancel)
    {
        FrameSize size = options.StoredSize(video.Info.Size);
        VideoInfo stored = video.Info with { Height = size.Height, Width = size.Width };
        using SafeFileHandle file = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);

        // PureHDF puts the JPEGs first, wherever it puts the rest.
        long start = Hdf5Template.OfCompactVideo(stored, options.Quality, [0, 1]).DataOffset;

        // Videos are stored with their colours at half the width and height; resizing makes the two sizes alike.
        using var encoder = new JpegEncoder(size, options.Quality, fullColors: size != video.Info.Size);
        var resampler = size == video.Info.Size ? null : new FrameResampler(video.Info.Size, ClipTransform.Identity(video.Info.Size).Resize(size));
        byte[] frame = new byte[video.Info.FrameBytes];
        byte[] resized = resampler is null ? frame : new byte[stored.FrameBytes];
        while (video.ReadNext(frame))
        {
            cancel.ThrowIfCancellationRequested();
            resampler?.Resample(frame, resized);
            using SKData jpeg = encoder.Encode(resized);
            offsets.Add(offsets[^1] + jpeg.Size);
            RandomAccess.Write(file, jpeg.AsSpan(), start + offsets[^2]);
        }

        if (offsets.Count == 1)
        {
            throw new VideoReadException(path, $"Cannot write the compact video '{path}': its source gave no frame. Check the source.");
        }

        var template = Hdf5Template.OfCompactVideo(stored, options.Quality, [.. offsets]);
        if (template.DataOffset != start)
        {
            throw new InvalidOperationException($"PureHDF moved the frames from {start} to {template.DataOffset}.");
        }

        template.WriteAround(file);
        RandomAccess.SetLength(file, template.Length);
    }
}
