namespace UcfActionRecognition;

/// <summary>
/// What happens to every frame of one clip, drawn once: crop, horizontal flip, bilinear resize, brightness, in this order.
/// </summary>
/// <remarks>
/// The crop is a rectangle of the source frame, in pixels; the flip mirrors the cropped frame; the resize takes the
/// result to <see cref="OutputSize"/>.
/// </remarks>
public readonly record struct ClipTransform
{
    private ClipTransform(int cropX, int cropY, FrameSize cropSize, FrameSize outputSize)
    {
        CropX = cropX;
        CropY = cropY;
        CropSize = cropSize;
        OutputSize = outputSize;
    }

    /// <summary>Left edge of the crop in the source frame, in pixels.</summary>
    public int CropX { get; private init; }

    /// <summary>Top edge of the crop in the source frame, in pixels.</summary>
    public int CropY { get; private init; }

    /// <summary>Size of the crop in the source frame.</summary>
    public FrameSize CropSize { get; private init; }

    /// <summary>Whether left and right are exchanged.</summary>
    public bool FlipHorizontal { get; private init; }

    /// <summary>Size of the frame that comes out.</summary>
    public FrameSize OutputSize { get; private init; }

    /// <summary>Grey levels added to every channel, -255 to 255; the sum is clamped to 0..255.</summary>
    public int Brightness { get; private init; }

    /// <summary>The transform that leaves frames of the given size as they are.</summary>
    public static ClipTransform Identity(FrameSize source) => new(0, 0, source, source);

    /// <summary>Keeps a rectangle of what the transform shows so far. To be called before <see cref="Resize"/>.</summary>
    /// <param name="x">Left edge, in pixels of the frame as cropped and flipped so far.</param>
    /// <param name="y">Top edge, likewise.</param>
    /// <param name="size">Size of the rectangle.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rectangle is empty or leaves the frame.</exception>
    /// <exception cref="InvalidOperationException">The frame was already resized.</exception>
    public ClipTransform CropTo(int x, int y, FrameSize size)
    {
        if (OutputSize != CropSize)
        {
            throw new InvalidOperationException("A crop comes before the resize: crop in pixels of the source frame, then resize.");
        }

        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size.Width, nameof(size));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size.Height, nameof(size));
        ArgumentOutOfRangeException.ThrowIfNegative(x);
        ArgumentOutOfRangeException.ThrowIfNegative(y);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(x, CropSize.Width - size.Width);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(y, CropSize.Height - size.Height);
        int fromLeft = FlipHorizontal ? CropSize.Width - size.Width - x : x;
        return this with { CropX = CropX + fromLeft, CropY = CropY + y, CropSize = size, OutputSize = size };
    }

    /// <summary>Exchanges left and right.</summary>
    public ClipTransform Flip() => this with { FlipHorizontal = !FlipHorizontal };

    /// <summary>Resizes to <paramref name="size"/>, bilinear, without antialiasing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is empty.</exception>
    public ClipTransform Resize(FrameSize size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size.Width, nameof(size));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size.Height, nameof(size));
        return this with { OutputSize = size };
    }

    /// <summary>Adds grey levels to every channel.</summary>
    /// <param name="levels">-255 to 255.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="levels"/>, or its sum with what was added before, is out of range.</exception>
    public ClipTransform Brighten(int levels)
    {
        int sum = Brightness + levels;
        ArgumentOutOfRangeException.ThrowIfLessThan(sum, -255, nameof(levels));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sum, 255, nameof(levels));
        return this with { Brightness = sum };
    }
}
