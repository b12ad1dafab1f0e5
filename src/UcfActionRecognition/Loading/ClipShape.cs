namespace UcfActionRecognition;

/// <summary>The shape of what one video gives to a batch: <c>V x T x H x W x 3</c>, uint8.</summary>
internal readonly record struct ClipShape(int Views, int Frames, FrameSize Size)
{
    public long FrameBytes => 3L * Size.Height * Size.Width;

    public long ClipBytes => (long)Views * Frames * FrameBytes;

    /// <exception cref="ArgumentException">The sampler or the pipeline leaves the shape open.</exception>
    public static ClipShape Of(IClipSampler sampler, AugmentationPipeline augmentation)
    {
        if (sampler.ViewsPerVideo is not { } views || sampler.FramesPerClip is not { } frames)
        {
            throw new ArgumentException(
                $"{sampler.GetType().Name} draws another number of clips or frames from each video; a batch needs the same from all.", nameof(sampler));
        }

        FrameSize size = augmentation.OutputSize
            ?? throw new ArgumentException("The pipeline must contain Resize, so that all clips of a batch have one size.", nameof(augmentation));
        return new ClipShape(views, frames, size);
    }
}
