namespace UcfActionRecognition;

/// <summary>
/// Applies one <see cref="ClipTransform"/> to frames: crop, flip, bilinear resize and brightness, uint8 in and uint8 out.
/// The resize is bit-exact with OpenCV's <c>cv2.resize(..., INTER_LINEAR)</c> on uint8, without antialiasing.
/// The tables of taps and weights are made once and serve all frames of a clip; a frame allocates nothing. The widest vectors that the
/// processor has are used, and every way gives the same bytes. One thread at a time.
/// </summary>
public sealed class FrameResampler
{
    /// <summary>The row that kernels blend into has at least this many bytes: one vector of the widest.</summary>
    internal const int ShortestRow = 64;

    private readonly ResamplerPath _path;
    private readonly ColumnTable _columns = new();
    private readonly AlignedBuffer<Tap> _rows = new();
    private readonly AlignedBuffer<short> _upper = new();
    private readonly AlignedBuffer<short> _lower = new();
    private readonly byte[] _shortRow = new byte[ShortestRow];
    private FrameSize _source;
    private ClipTransform _transform;

    /// <summary>Prepares the resampler.</summary>
    /// <param name="source">Size of the frames that come in.</param>
    /// <param name="transform">What happens to each of them.</param>
    /// <exception cref="ArgumentException">The transform crops outside the frame, or frames are larger than an array can be.</exception>
    public FrameResampler(FrameSize source, ClipTransform transform)
        : this(BestPath)
    {
        Prepare(source, transform);
    }

    /// <summary>A resampler to be prepared.</summary>
    internal FrameResampler()
        : this(BestPath)
    {
    }

    /// <summary>A resampler to be prepared, which computes in the given way.</summary>
    internal FrameResampler(ResamplerPath path) => _path = path;

    /// <summary>The fastest way on this processor.</summary>
    internal static ResamplerPath BestPath { get; } =
        IsSupported(ResamplerPath.Avx512) ? ResamplerPath.Avx512
        : IsSupported(ResamplerPath.Avx2) ? ResamplerPath.Avx2
        : IsSupported(ResamplerPath.Vector128) ? ResamplerPath.Vector128
        : ResamplerPath.Scalar;

    /// <summary>Whether this processor has what the way takes, and the runtime's settings allow it.</summary>
    internal static bool IsSupported(ResamplerPath path) => path switch
    {
        ResamplerPath.Avx512 => Avx512Rows.IsSupported,
        ResamplerPath.Avx2 => Avx2Rows.IsSupported,
        ResamplerPath.Vector128 => Vector128Rows.IsSupported,
        _ => true,
    };

    /// <summary>Makes it the resampler of another clip. Tables that stay the same are kept, and memory only grows.</summary>
    /// <exception cref="ArgumentException">As for the constructor.</exception>
    internal void Prepare(FrameSize source, in ClipTransform transform)
    {
        CheckCrop(source, transform);
        if (transform.Crop.Height != _transform.Crop.Height || transform.Output.Height != _transform.Output.Height)
        {
            _rows.Resize(transform.Output.Height);
            Tap.Fill(_rows.Span, transform.Crop.Height, clampFraction: false);
        }

        _columns.Prepare(source.Width, transform, _path);
        _upper.Resize(_columns.PaddedValues);
        _lower.Resize(_columns.PaddedValues);
        _source = source;
        _transform = transform;
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
        switch (_path)
        {
            case ResamplerPath.Avx512:
                Resample<Avx512Rows>(rows, destination);
                break;
            case ResamplerPath.Avx2:
                Resample<Avx2Rows>(rows, destination);
                break;
            case ResamplerPath.Vector128:
                Resample<Vector128Rows>(rows, destination);
                break;
            default:
                Resample<ScalarRows>(rows, destination);
                break;
        }
    }

    private void Resample<TKernel>(ReadOnlySpan<byte> rows, Span<byte> destination)
        where TKernel : struct, IRowKernel
    {
        int rowBytes = _transform.Output.Width * 3;
        int upperRow = -1;
        int lowerRow = -1;
        Span<short> upper = _upper.Span;
        Span<short> lower = _lower.Span;
        ReadOnlySpan<Tap> taps = _rows.Span;
        for (int y = 0; y < taps.Length; y++)
        {
            Tap row = taps[y];
            if (row.First == lowerRow)
            {
                // Going down, the lower row of one output row is often the upper row of the next.
                Span<short> swapped = upper;
                upper = lower;
                lower = swapped;
                (upperRow, lowerRow) = (lowerRow, upperRow);
            }

            Weigh<TKernel>(rows, row.First, upper, ref upperRow);
            Weigh<TKernel>(rows, row.Second, lower, ref lowerRow);
            Blend<TKernel>(upper, lower, row, destination.Slice(y * rowBytes, rowBytes));
        }
    }

    private void Weigh<TKernel>(ReadOnlySpan<byte> rows, int row, Span<short> sums, ref int held)
        where TKernel : struct, IRowKernel
    {
        if (row == held)
        {
            return;
        }

        held = row;
        int rowBytes = _source.Width * 3;
        ReadOnlySpan<byte> line = _columns.Line(rows.Slice(row * rowBytes, rowBytes));
        ArgumentOutOfRangeException.ThrowIfLessThan(line.Length, _columns.LineBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(sums.Length, _columns.PaddedValues);
        TKernel.Weigh(line, _columns, sums);
    }

    private void Blend<TKernel>(ReadOnlySpan<short> upper, ReadOnlySpan<short> lower, Tap row, Span<byte> destination)
        where TKernel : struct, IRowKernel
    {
        if (destination.Length >= ShortestRow)
        {
            TKernel.Blend(upper, lower, row, _transform.Brightness, destination);
            return;
        }

        TKernel.Blend(upper, lower, row, _transform.Brightness, _shortRow);
        _shortRow.AsSpan(0, destination.Length).CopyTo(destination);
    }

    private static void CheckCrop(FrameSize source, in ClipTransform transform)
    {
        if (transform.Crop.Height < 1 || transform.Crop.Width < 1
            || transform.CropY > source.Height - transform.Crop.Height || transform.CropX > source.Width - transform.Crop.Width)
        {
            throw new ArgumentException(
                $"The crop of {transform.Crop} at ({transform.CropX}, {transform.CropY}) is not inside frames of {source}.", nameof(transform));
        }

        CheckFits(source, nameof(source));
        CheckFits(transform.Output, nameof(transform));
    }

    private static void CheckFits(FrameSize size, string name)
    {
        if ((Int128)size.Height * size.Width * 3 > Array.MaxLength)
        {
            throw new ArgumentException($"A frame of {size} is larger than an array can be.", name);
        }
    }

    private static void Check(int length, FrameSize size, string name)
    {
        if (length != (long)size.Height * size.Width * 3)
        {
            throw new ArgumentException($"A frame of {size} takes {(long)size.Height * size.Width * 3} bytes; the buffer has {length}.", name);
        }
    }
}
