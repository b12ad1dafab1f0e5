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

        int viewBytes = shape.Frames * shape.FrameBytes;
        for (int view = 0; view < views.Count; view++)
        {
            stop.ThrowIfCancellationRequested();
            startView(view);
            ClipTransform transform = augmentation.Draw(info.Size, random);
            ReadView(reader, views[view], new FrameResampler(info.Size, transform), clips.Slice(view * viewBytes, viewBytes));
        }
    }

    private void ReadView(VideoReader reader, int[] frames, FrameResampler resampler, Span<byte> clip)
    {
        int sourceBytes = reader.Info.FrameBytes;
        int bytes = checked(frames.Length * sourceBytes);
        byte[] rented = ArrayPool<byte>.Shared.Rent(bytes);
        try
        {
            Span<byte> rgb = rented.AsSpan(0, bytes);
            reader.ReadFrames(frames, rgb);
            for (int i = 0; i < frames.Length; i++)
            {
                resampler.Resample(rgb.Slice(i * sourceBytes, sourceBytes), clip.Slice(i * shape.FrameBytes, shape.FrameBytes));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
