using System.Buffers;

namespace UcfActionRecognition;

/// <summary>Reads the clips of one video, sampled, augmented and resized, into a buffer. Safe for concurrent use.</summary>
internal sealed class ClipReader(IVideoClipSource source, IClipSampler sampler, AugmentationPipeline augmentation, ClipShape shape)
{
    public ClipShape Shape => shape;

    /// <param name="video">The video's name.</param>
    /// <param name="random">The stream that the sampler draws from, and after <paramref name="startView"/> the augmentation of a view.</param>
    /// <param name="startView">Starts the stream of one view.</param>
    /// <param name="clips">Receives <c>V x T x H x W x 3</c> bytes.</param>
    /// <param name="stop">Ends the reading early.</param>
    public void Read(string video, ClipRandom random, Action<int> startView, Span<byte> clips, CancellationToken stop)
    {
        using VideoReader reader = source.Open(video, stop);
        VideoInfo info = reader.Info;
        IReadOnlyList<int[]> views = sampler.Sample(info, random);
        if (views.Count != shape.Views || views.Any(frames => frames.Length != shape.Frames))
        {
            throw new InvalidOperationException($"The sampler promised {shape.Views} x {shape.Frames} frames for every video and drew others for '{video}'.");
        }

        int viewBytes = clips.Length / shape.Views;
        for (int view = 0; view < views.Count; view++)
        {
            stop.ThrowIfCancellationRequested();
            startView(view);
            ClipTransform transform = augmentation.Draw(info.Size, random);
            ReadView(video, reader, views[view], new FrameResampler(info.Size, transform), clips.Slice(view * viewBytes, viewBytes));
        }
    }

    private static void ReadView(string video, VideoReader reader, int[] frames, FrameResampler resampler, Span<byte> clip)
    {
        int sourceBytes = reader.Info.FrameBytes;
        long bytes = (long)frames.Length * sourceBytes;
        if (bytes > Array.MaxLength)
        {
            throw new VideoReadException(
                video, $"A clip of {frames.Length} frames of '{video}' takes {bytes} bytes at {reader.Info.Size}; up to {Array.MaxLength} can be read at once.");
        }

        int frameBytes = clip.Length / frames.Length;
        byte[] rented = ArrayPool<byte>.Shared.Rent((int)bytes);
        try
        {
            Span<byte> rgb = rented.AsSpan(0, (int)bytes);
            reader.ReadFrames(frames, rgb);
            for (int i = 0; i < frames.Length; i++)
            {
                resampler.Resample(rgb.Slice(i * sourceBytes, sourceBytes), clip.Slice(i * frameBytes, frameBytes));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
