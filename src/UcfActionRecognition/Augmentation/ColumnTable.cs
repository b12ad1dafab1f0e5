namespace UcfActionRecognition;

/// <summary>
/// Which source columns each output column is mixed from, laid out for one way of computing. The output values of a row (3 to a column)
/// are cut into groups; a vector kernel loads one window of the source row for a group and picks a pair of bytes for each value of it.
/// </summary>
/// <remarks>
/// A weight of 11 bits is 16 * coarse + fine, with both parts in a signed byte, so that processors can multiply pairs of bytes and
/// add the two products in 16 bits: the sum without its last 4 bits is exactly the coarse sum + (the fine sum >> 4).
/// </remarks>
internal sealed class ColumnTable
{
    private const int Channels = 3;

    // Rows are padded to this many values: two vectors of the widest kernel.
    private const int Padding = 64;

    private readonly AlignedBuffer<Tap> _taps = new();
    private readonly AlignedBuffer<int> _starts = new();
    private readonly AlignedBuffer<byte> _shuffles = new();
    private readonly AlignedBuffer<sbyte> _coarse = new();
    private readonly AlignedBuffer<sbyte> _fine = new();
    private readonly AlignedBuffer<byte> _gathered = new();
    private Geometry _geometry;

    /// <summary>One per output column; columns of the whole source row.</summary>
    public ReadOnlySpan<Tap> Taps => _taps.Span;

    /// <summary>Bytes of a window; of the layouts that the kernel takes, the first that the geometry allows.</summary>
    public int Window { get; private set; }

    /// <summary>The shortest line that the windows are inside of.</summary>
    public int LineBytes { get; private set; }

    /// <summary>Where each group's window starts in the line: at most <see cref="LineBytes"/> - <see cref="Window"/>.</summary>
    public ReadOnlySpan<int> Starts => _starts.Span;

    /// <summary>For each output value the places of its two bytes in its group's window.</summary>
    public ReadOnlySpan<byte> Shuffles => _shuffles.Span;

    /// <summary>For each output value the upper part of its two weights.</summary>
    public ReadOnlySpan<sbyte> Coarse => _coarse.Span;

    /// <summary>The lower 4 bits (in one case up to 16) of the two weights.</summary>
    public ReadOnlySpan<sbyte> Fine => _fine.Span;

    /// <summary>Number of values of a row of sums, padded so that kernels write whole vectors.</summary>
    public int PaddedValues { get; private set; }

    /// <summary>Whether pixels are gathered, because they lie too far apart for windows or the row is shorter than one.</summary>
    public bool Gathers { get; private set; }

    /// <summary>Fills the table, unless it holds this already.</summary>
    public void Prepare(int sourceWidth, in ClipTransform transform, ResamplerPath path)
    {
        var geometry = new Geometry(sourceWidth, transform.CropX, transform.Crop.Width, transform.Output.Width, transform.FlipHorizontal, path);
        if (geometry == _geometry)
        {
            return;
        }

        _geometry = default; // should something be thrown on the way
        FillTaps(geometry);
        LineBytes = geometry.SourceWidth * Channels;
        if (path != ResamplerPath.Scalar)
        {
            FillWindows(Layouts(path));
            FillWeights();
        }

        _geometry = geometry;
    }

    /// <summary>The line that windows are in: the source row itself, or the pixels gathered from it.</summary>
    public ReadOnlySpan<byte> Line(ReadOnlySpan<byte> row)
    {
        if (!Gathers)
        {
            return row;
        }

        ReadOnlySpan<Tap> taps = Taps;
        Span<byte> gathered = _gathered.Span;
        for (int x = 0; x < taps.Length; x++)
        {
            row.Slice(taps[x].First * Channels, Channels).CopyTo(gathered.Slice(2 * x * Channels, Channels));
            row.Slice(taps[x].Second * Channels, Channels).CopyTo(gathered.Slice((2 * x + 1) * Channels, Channels));
        }

        return gathered;
    }

    // The last layout of each takes gathered pixels, which are at a scale of 2.
    private static ReadOnlySpan<Layout> Layouts(ResamplerPath path) => path switch
    {
        ResamplerPath.Avx512 => (Layout[])[new(32, 64), new(32, 128)],
        _ => (Layout[])[new(8, 16), new(4, 16)],
    };

    private void FillTaps(Geometry geometry)
    {
        _taps.Resize(geometry.OutputWidth);
        Span<Tap> taps = _taps.Span;
        Tap.Fill(taps, geometry.CropWidth, clampFraction: true);
        if (geometry.Flip)
        {
            Tap.Mirror(taps, geometry.CropWidth);
        }

        foreach (ref Tap tap in taps)
        {
            tap = tap with { First = tap.First + geometry.CropX, Second = tap.Second + geometry.CropX };
        }

        PaddedValues = checked((geometry.OutputWidth * Channels + Padding - 1) / Padding * Padding);
    }

    private void FillWindows(ReadOnlySpan<Layout> layouts)
    {
        _shuffles.Resize(checked(PaddedValues * 2));
        Gathers = false;
        foreach (Layout layout in layouts)
        {
            if (TryLayout(layout))
            {
                return;
            }
        }

        Gathers = true;
        Layout last = layouts[^1];
        _gathered.Resize(checked(Math.Max(2 * Taps.Length * Channels, last.Window)));
        _gathered.Span.Clear();
        LineBytes = _gathered.Span.Length;
        if (!TryLayout(last))
        {
            throw new InvalidOperationException("Gathered pixels do not fit their windows.");
        }
    }

    private bool TryLayout(Layout layout)
    {
        if (LineBytes < layout.Window)
        {
            return false;
        }

        _starts.Resize(PaddedValues / layout.Group);
        Window = layout.Window;
        Span<int> starts = _starts.Span;
        Span<byte> shuffles = _shuffles.Span;
        shuffles.Clear();
        starts.Clear();
        int values = Taps.Length * Channels;
        for (int group = 0; group * layout.Group < values; group++)
        {
            int from = group * layout.Group;
            int count = Math.Min(layout.Group, values - from);
            if (!TryWindow(from, shuffles.Slice(2 * from, 2 * count), out starts[group]))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryWindow(int from, Span<byte> shuffle, out int start)
    {
        start = int.MaxValue;
        int last = 0;
        for (int i = 0; i < shuffle.Length / 2; i++)
        {
            (int first, int second) = Places(from + i);
            start = Math.Min(start, Math.Min(first, second));
            last = Math.Max(last, Math.Max(first, second));
        }

        start = Math.Min(start, LineBytes - Window);
        if (last - start >= Window)
        {
            return false;
        }

        for (int i = 0; i < shuffle.Length / 2; i++)
        {
            (int first, int second) = Places(from + i);
            shuffle[2 * i] = (byte)(first - start);
            shuffle[2 * i + 1] = (byte)(second - start);
        }

        return true;
    }

    // Where the two bytes of an output value are in the line.
    private (int First, int Second) Places(int value)
    {
        (int x, int channel) = Math.DivRem(value, Channels);
        Tap tap = Taps[x];
        return Gathers
            ? (2 * x * Channels + channel, (2 * x + 1) * Channels + channel)
            : (tap.First * Channels + channel, tap.Second * Channels + channel);
    }

    private void FillWeights()
    {
        _coarse.Resize(checked(PaddedValues * 2));
        _fine.Resize(checked(PaddedValues * 2));
        Span<sbyte> coarse = _coarse.Span;
        Span<sbyte> fine = _fine.Span;
        coarse.Clear();
        fine.Clear();
        for (int x = 0, i = 0; x < Taps.Length; x++)
        {
            Tap tap = Taps[x];
            (int firstCoarse, int firstFine) = Split(tap.FirstWeight);
            (int secondCoarse, int secondFine) = Split(tap.SecondWeight);
            for (int channel = 0; channel < Channels; channel++, i += 2)
            {
                (coarse[i], coarse[i + 1]) = ((sbyte)firstCoarse, (sbyte)secondCoarse);
                (fine[i], fine[i + 1]) = ((sbyte)firstFine, (sbyte)secondFine);
            }
        }
    }

    private static (int Coarse, int Fine) Split(int weight)
    {
        int coarse = Math.Min(weight >> 4, sbyte.MaxValue);
        return (coarse, weight - 16 * coarse);
    }

    private readonly record struct Geometry(int SourceWidth, int CropX, int CropWidth, int OutputWidth, bool Flip, ResamplerPath Path);

    private readonly record struct Layout(int Group, int Window);
}
