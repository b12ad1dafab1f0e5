namespace UcfActionRecognition;

/// <summary>
/// Which source columns each output column is mixed from, laid out for one way of computing. The output values of a row (3 to a column)
/// are cut into blocks, and these into groups; a vector kernel loads one window of the source row for a group and picks a pair of
/// bytes for each value of it.
/// </summary>
/// <remarks>
/// A weight of 11 bits is 16 * coarse + fine, with both parts in a signed byte, so that processors can multiply pairs of bytes and
/// add the two products in 16 bits: the sum without its last 4 bits is exactly the coarse sum + (the fine sum >> 4).
/// </remarks>
internal sealed class ColumnTable
{
    private const int Channels = 3;

    private readonly AlignedBuffer<Tap> _taps = new();
    private readonly AlignedBuffer<int> _places = new();
    private Geometry _geometry;
    private int _values;

    /// <summary>One per output column; columns of the whole source row.</summary>
    public ReadOnlySpan<Tap> Taps => _taps.Span;

    /// <summary>Number of output values that a kernel computes at a time.</summary>
    public int BlockValues { get; private set; }

    /// <summary>Number of blocks. The last one ends with the row, over a part of the one before; of a shorter row there is one.</summary>
    public int Blocks { get; private set; }

    /// <summary>Whether the windows are the kernel's narrow ones.</summary>
    public bool IsNarrow { get; private set; }

    /// <summary>Whether windows are of a line that <see cref="Gather"/> makes: pixels lie too far apart, or the row is shorter than a window.</summary>
    public bool Gathers { get; private set; }

    /// <summary>Length of the line. Every window is inside of it: kernels rely on that.</summary>
    public int LineBytes { get; private set; }

    /// <summary>Where each group's window starts in the line.</summary>
    public AlignedBuffer<int> Starts { get; } = new();

    /// <summary>For each output value of a block the places of its two bytes in its group's window.</summary>
    public AlignedBuffer<byte> Shuffles { get; } = new();

    /// <summary>For each output value of a block the upper part of its two weights.</summary>
    public AlignedBuffer<sbyte> Coarse { get; } = new();

    /// <summary>The lower 4 bits (of 2048, 16) of the two weights.</summary>
    public AlignedBuffer<sbyte> Fine { get; } = new();

    /// <summary>Which of the row's values a block starts with.</summary>
    public int FirstValue(int block) => Math.Max(0, Math.Min(block * BlockValues, _values - BlockValues));

    /// <summary>Fills the table, unless it holds this already.</summary>
    public void Prepare(int sourceWidth, in ClipTransform transform, ResamplerPath path)
    {
        var geometry = new Geometry(sourceWidth, transform.CropX, transform.CropSize.Width, transform.OutputSize.Width, transform.FlipHorizontal, path);
        if (geometry == _geometry)
        {
            return;
        }

        _geometry = default; // should something be thrown on the way
        FillTaps(geometry);
        if (path != ResamplerPath.Scalar)
        {
            FillBlocks(geometry);
        }

        _geometry = geometry;
    }

    /// <summary>Copies the pixels of a source row that windows are of, both of each output column.</summary>
    public void Gather(ReadOnlySpan<byte> row, Span<byte> line)
    {
        int at = 0;
        foreach (Tap tap in Taps)
        {
            row.Slice(tap.First * Channels, Channels).CopyTo(line[at..]);
            row.Slice(tap.Second * Channels, Channels).CopyTo(line[(at + Channels)..]);
            at += 2 * Channels;
        }
    }

    private void FillTaps(in Geometry geometry)
    {
        _taps.Resize(geometry.OutputWidth);
        _values = geometry.OutputWidth * Channels;
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
    }

    private void FillBlocks(in Geometry geometry)
    {
        (BlockValues, int narrowGroup, int narrowWindow, int wideGroup, int wideWindow) = geometry.Path switch
        {
            ResamplerPath.Avx512 => (64, 32, 64, 32, 128),
            ResamplerPath.Avx2 => (32, 8, 16, 4, 16),
            _ => (16, 8, 16, 4, 16),
        };
        Blocks = (_values - 1) / BlockValues + 1;
        FillWeights();
        FillPlaces(gathered: false);
        Gathers = false;
        LineBytes = geometry.SourceWidth * Channels;
        IsNarrow = TryWindows(narrowGroup, narrowWindow);
        if (IsNarrow || TryWindows(wideGroup, wideWindow))
        {
            return;
        }

        // Gathered pixels are at a scale of 2, which wide windows take.
        Gathers = true;
        LineBytes = checked(Math.Max(2 * _values, wideWindow));
        FillPlaces(gathered: true);
        if (!TryWindows(wideGroup, wideWindow))
        {
            throw new InvalidOperationException("Gathered pixels do not fit their windows.");
        }
    }

    // Where the two bytes of each output value are in the line.
    private void FillPlaces(bool gathered)
    {
        _places.Resize(checked(_values * 2));
        Span<int> places = _places.Span;
        ReadOnlySpan<Tap> taps = Taps;
        for (int x = 0; x < taps.Length; x++)
        {
            (int first, int second) = gathered ? (2 * x, 2 * x + 1) : (taps[x].First, taps[x].Second);
            Span<int> pixel = places.Slice(2 * Channels * x, 2 * Channels);
            for (int channel = 0; channel < Channels; channel++)
            {
                pixel[2 * channel] = first * Channels + channel;
                pixel[2 * channel + 1] = second * Channels + channel;
            }
        }
    }

    private bool TryWindows(int group, int window)
    {
        if (LineBytes < window)
        {
            return false;
        }

        int groups = BlockValues / group;
        Starts.Resize(checked(Blocks * groups));
        Shuffles.Resize(checked(Blocks * BlockValues * 2));
        Starts.Span.Clear();
        Shuffles.Span.Clear();
        for (int i = 0; i < Starts.Count; i++)
        {
            int from = FirstValue(i / groups) + i % groups * group;
            int count = Math.Min(group, _values - from);
            if (count > 0 && !TryWindow(_places.Span.Slice(2 * from, 2 * count), window, Shuffles.Span[(2 * i * group)..], out Starts.Span[i]))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryWindow(ReadOnlySpan<int> places, int window, Span<byte> shuffle, out int start)
    {
        start = LineBytes - window;
        int last = 0;
        foreach (int place in places)
        {
            start = Math.Min(start, place);
            last = Math.Max(last, place);
        }

        if (last - start >= window)
        {
            return false;
        }

        for (int i = 0; i < places.Length; i++)
        {
            shuffle[i] = (byte)(places[i] - start);
        }

        return true;
    }

    // In order, and the last block, which starts before its place, once more.
    private void FillWeights()
    {
        int bytes = checked(Blocks * BlockValues * 2);
        Coarse.Resize(bytes);
        Fine.Resize(bytes);
        Span<sbyte> coarse = Coarse.Span;
        Span<sbyte> fine = Fine.Span;
        int at = 0;
        foreach (Tap tap in Taps)
        {
            Split(tap.FirstWeight, out sbyte firstCoarse, out sbyte firstFine);
            Split(tap.SecondWeight, out sbyte secondCoarse, out sbyte secondFine);
            for (int channel = 0; channel < Channels; channel++, at += 2)
            {
                (coarse[at], coarse[at + 1]) = (firstCoarse, secondCoarse);
                (fine[at], fine[at + 1]) = (firstFine, secondFine);
            }
        }

        coarse[at..].Clear();
        fine[at..].Clear();
        int from = 2 * FirstValue(Blocks - 1);
        int last = 2 * (Blocks - 1) * BlockValues;
        coarse[from..at].CopyTo(coarse[last..]);
        fine[from..at].CopyTo(fine[last..]);
    }

    private static void Split(int weight, out sbyte coarse, out sbyte fine)
    {
        coarse = (sbyte)Math.Min(weight >> 4, sbyte.MaxValue);
        fine = (sbyte)(weight - 16 * coarse);
    }

    private readonly record struct Geometry(int SourceWidth, int CropX, int CropWidth, int OutputWidth, bool Flip, ResamplerPath Path);
}
