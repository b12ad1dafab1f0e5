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
            ReadView(reader, views[view], transform, clips.Slice(view * viewBytes, viewBytes));
        }
    }

    private static void ReadView(VideoReader reader, int[] frames, ClipTransform transform, Span<byte> clip)
    {
        var resampler = new FrameResampler(reader.Info.Size, transform);
        reader.ReadFrames(frames, new View(resampler, transform, clip, clip.Length / frames.Length));
    }

    /// <summary>Resamples each frame into its place in the batch as soon as it is read.</summary>
    private readonly ref struct View(FrameResampler resampler, ClipTransform transform, Span<byte> clip, int frameBytes) : IFrameSink
    {
        private readonly Span<byte> _clip = clip;

        public int FirstRow => transform.CropY;

        public int RowCount => transform.Crop.Height;

        public void Take(int position, ReadOnlySpan<byte> rows) => resampler.ResampleRows(rows, _clip.Slice(position * frameBytes, frameBytes));
    }
}
