namespace UcfActionRecognition;

/// <summary>Reads the clips of one video, sampled, augmented and resized, into a buffer. One thread at a time: each worker has its own.</summary>
internal sealed class ClipReader(IVideoClipSource source, IClipSampler sampler, AugmentationPipeline augmentation, ClipShape shape)
{
    private readonly FrameResampler _resampler = new();

    public ClipShape Shape => shape;

    /// <param name="video">The video's name.</param>
    /// <param name="random">The stream that the sampler draws from; each view's augmentation draws from that view's.</param>
    /// <param name="clips">Receives <c>V x T x H x W x 3</c> bytes.</param>
    /// <param name="stop">Ends the reading early.</param>
    public void Read(string video, ClipRandom random, Span<byte> clips, CancellationToken stop)
    {
        using VideoReader reader = source.Open(video, stop);
        FrameSize size = reader.Info.Size;
        IReadOnlyList<int[]> views = sampler.Sample(reader.Info, random);
        CheckViews(video, views);
        int viewBytes = clips.Length / shape.Views;
        for (int view = 0; view < views.Count; view++)
        {
            stop.ThrowIfCancellationRequested();
            random.StartView(view);
            ClipTransform transform = augmentation.Draw(size, random);
            _resampler.Prepare(size, transform);
            reader.ReadFrames(views[view], new View(_resampler, transform, clips.Slice(view * viewBytes, viewBytes), (int)shape.FrameBytes));
        }
    }

    private void CheckViews(string video, IReadOnlyList<int[]> views)
    {
        bool promised = views.Count == shape.Views;
        for (int view = 0; promised && view < views.Count; view++)
        {
            promised = views[view].Length == shape.Frames;
        }

        if (!promised)
        {
            throw new InvalidOperationException($"The sampler promised {shape.Views} x {shape.Frames} frames for every video and drew others for '{video}'.");
        }
    }

    /// <summary>Resamples each frame into its place in the batch as soon as it is read.</summary>
    private readonly ref struct View(FrameResampler resampler, ClipTransform transform, Span<byte> clip, int frameBytes) : IFrameSink
    {
        private readonly Span<byte> _clip = clip;

        public int FirstRow => transform.CropY;

        public int RowCount => transform.CropSize.Height;

        public void Take(int position, ReadOnlySpan<byte> rows) => resampler.ResampleRows(rows, _clip.Slice(position * frameBytes, frameBytes));
    }
}
