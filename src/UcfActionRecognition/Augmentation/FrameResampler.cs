namespace UcfActionRecognition;

/// <summary>
/// Applies one <see cref="ClipTransform"/> to frames: crop, flip, bilinear resize and brightness, uint8 in and uint8 out.
/// The resize is bit-exact with OpenCV's <c>cv2.resize(..., INTER_LINEAR)</c> on uint8, without antialiasing.
/// The tables of taps and weights are made once and serve all frames of a clip. One thread at a time.
/// </summary>
public sealed class FrameResampler
{
    // OpenCV's fixed point: weights are 11-bit; the vertical pass shifts by 4, then 16, then rounds the last 2 bits.
    private const int WeightScale = 2048;

    private readonly FrameSize _source;
    private readonly ClipTransform _transform;
    private readonly Tap[] _columns;
    private readonly Tap[] _rows;
    private readonly int[] _upper;
    private readonly int[] _lower;

    /// <summary>Prepares the resampler.</summary>
    /// <param name="source">Size of the frames that come in.</param>
    /// <param name="transform">What happens to each of them.</param>
    /// <exception cref="ArgumentException">The transform crops outside the frame.</exception>
    public FrameResampler(FrameSize source, ClipTransform transform)
    {
        if (transform.Crop.Height < 1 || transform.Crop.Width < 1
            || transform.CropY + transform.Crop.Height > source.Height || transform.CropX + transform.Crop.Width > source.Width)
        {
            throw new ArgumentException(
                $"The crop of {transform.Crop} at ({transform.CropX}, {transform.CropY}) is not inside frames of {source}.", nameof(transform));
        }

        _source = source;
        _transform = transform;
        _columns = Taps(transform.Crop.Width, transform.Output.Width, clampFraction: true);
        _rows = Taps(transform.Crop.Height, transform.Output.Height, clampFraction: false);
        if (transform.FlipHorizontal)
        {
            Mirror(_columns, transform.Crop.Width);
        }

        _upper = new int[transform.Output.Width * 3];
        _lower = new int[transform.Output.Width * 3];
    }

    /// <summary>Transforms one frame.</summary>
    /// <param name="rgb">The frame, <c>H x W x 3</c> bytes of the source's size.</param>
    /// <param name="destination">Receives <c>H x W x 3</c> bytes of the transform's output size.</param>
    /// <exception cref="ArgumentException">A buffer has another length.</exception>
    public void Resample(ReadOnlySpan<byte> rgb, Span<byte> destination)
    {
        Check(rgb.Length, _source, nameof(rgb));
        int rowBytes = _source.Width * 3;
        ResampleRows(rgb.Slice(_transform.CropY * rowBytes, _transform.Crop.Height * rowBytes), destination);
    }

    /// <summary>Transforms one frame of which only the crop's rows were read.</summary>
    /// <param name="rows">The frame's rows from <see cref="ClipTransform.CropY"/> on, as many as the crop has, each of the source's full width.</param>
    /// <param name="destination">Receives <c>H x W x 3</c> bytes of the transform's output size.</param>
    internal void ResampleRows(ReadOnlySpan<byte> rows, Span<byte> destination)
    {
        Check(rows.Length, _source with { Height = _transform.Crop.Height }, nameof(rows));
        Check(destination.Length, _transform.Output, nameof(destination));

        int rowBytes = _transform.Output.Width * 3;
        int upperRow = -1;
        int lowerRow = -1;
        int[] upper = _upper;
        int[] lower = _lower;
        for (int y = 0; y < _rows.Length; y++)
        {
            Tap row = _rows[y];
            if (row.First == lowerRow)
            {
                // Going down, the lower row of one output row is often the upper row of the next.
                (upper, lower) = (lower, upper);
                (upperRow, lowerRow) = (lowerRow, upperRow);
            }

            Interpolate(rows, row.First, upper, ref upperRow);
            Interpolate(rows, row.Second, lower, ref lowerRow);
            Blend(upper, lower, row, destination.Slice(y * rowBytes, rowBytes));
        }
    }

    // The horizontal pass of one source row: 11-bit fixed point, not rounded.
    private void Interpolate(ReadOnlySpan<byte> rows, int row, int[] sums, ref int held)
    {
        if (row == held)
        {
            return;
        }

        held = row;
        ReadOnlySpan<byte> line = rows.Slice((row * _source.Width + _transform.CropX) * 3, _transform.Crop.Width * 3);
        for (int x = 0; x < _columns.Length; x++)
        {
            Tap tap = _columns[x];
            ReadOnlySpan<byte> first = line.Slice(tap.First * 3, 3);
            ReadOnlySpan<byte> second = line.Slice(tap.Second * 3, 3);
            for (int channel = 0; channel < 3; channel++)
            {
                sums[x * 3 + channel] = first[channel] * tap.FirstWeight + second[channel] * tap.SecondWeight;
            }
        }
    }

    // The vertical pass, then brightness.
    private void Blend(int[] upper, int[] lower, Tap row, Span<byte> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            int value = ((row.FirstWeight * (upper[i] >> 4)) >> 16) + ((row.SecondWeight * (lower[i] >> 4)) >> 16);
            destination[i] = (byte)Math.Clamp(Math.Clamp((value + 2) >> 2, 0, 255) + _transform.Brightness, 0, 255);
        }
    }

    // Pixel centres lie at half integers: output i sees source position (i + 0.5) * source / output - 0.5. Past an edge OpenCV clamps
    // the column and gives it all the weight, but of a row it clamps the index only, which rounds differently.
    private static Tap[] Taps(int source, int output, bool clampFraction)
    {
        double scale = 1 / ((double)output / source);
        var taps = new Tap[output];
        for (int i = 0; i < output; i++)
        {
            float position = (float)((i + 0.5) * scale - 0.5);
            int first = (int)MathF.Floor(position);
            float fraction = position - first;
            if (clampFraction && (first < 0 || first >= source - 1))
            {
                first = Math.Clamp(first, 0, source - 1);
                fraction = 0;
            }

            taps[i] = new Tap(
                Math.Clamp(first, 0, source - 1),
                Math.Clamp(first + 1, 0, source - 1),
                (int)MathF.Round((1 - fraction) * WeightScale, MidpointRounding.ToEven),
                (int)MathF.Round(fraction * WeightScale, MidpointRounding.ToEven));
        }

        return taps;
    }

    // The weights of the unflipped frame stay with their output column; the columns that they read are mirrored.
    private static void Mirror(Tap[] taps, int source)
    {
        for (int i = 0; i < taps.Length; i++)
        {
            taps[i] = taps[i] with { First = source - 1 - taps[i].First, Second = source - 1 - taps[i].Second };
        }
    }

    private static void Check(int length, FrameSize size, string name)
    {
        if (length != (long)size.Height * size.Width * 3)
        {
            throw new ArgumentException($"A frame of {size} takes {(long)size.Height * size.Width * 3} bytes; the buffer has {length}.", name);
        }
    }

    private readonly record struct Tap(int First, int Second, int FirstWeight, int SecondWeight);
}
