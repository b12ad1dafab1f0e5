using System.Runtime.Intrinsics;

namespace UcfActionRecognition;

/// <summary>
/// Applies one <see cref="ClipTransform"/> to frames: crop, flip, bilinear resize and brightness, uint8 in and uint8 out.
/// The resize is bit-exact with OpenCV's <c>cv2.resize(..., INTER_LINEAR)</c> on uint8, without antialiasing.
/// The tables of taps and weights are made once and serve all frames of a clip; a frame allocates nothing. The widest vectors that the
/// processor has are used, and every way gives the same bytes. One thread at a time.
/// </summary>
public sealed class FrameResampler
{
    // Rows of source and output of a strip stay in the first-level cache while its blocks of columns are done one after another.
    private const int StripRows = 48;

    private readonly ResamplerPath _path;
    private readonly ColumnTable _columns = new();
    private readonly AlignedBuffer<Tap> _rows = new();
    private readonly AlignedBuffer<byte> _lines = new();
    private readonly AlignedBuffer<byte> _shortRow = new();
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
        ResamplerPath.Avx512 => Avx512Kernel.IsSupported,
        ResamplerPath.Avx2 => Avx2Kernel.IsSupported,
        ResamplerPath.Vector128 => Vector128Kernel.IsSupported,
        _ => true,
    };

    /// <summary>Makes it the resampler of another clip. Tables that stay the same are kept, and memory only grows.</summary>
    /// <exception cref="ArgumentException">As for the constructor.</exception>
    internal void Prepare(FrameSize source, in ClipTransform transform)
    {
        CheckCrop(source, transform);
        (int crop, int output) = (_transform.CropSize.Height, _transform.OutputSize.Height);
        _transform = default; // unprepared, should memory run out on the way
        if (transform.CropSize.Height != crop || transform.OutputSize.Height != output)
        {
            _rows.Resize(transform.OutputSize.Height);
            Tap.Fill(_rows.Span, transform.CropSize.Height, clampFraction: false);
        }

        _columns.Prepare(source.Width, transform, _path);
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
        ResampleRows(rgb.Slice(_transform.CropY * rowBytes, _transform.CropSize.Height * rowBytes), destination);
    }

    /// <summary>Transforms one frame of which only the crop's rows were read.</summary>
    /// <param name="rows">The frame's rows from <see cref="ClipTransform.CropY"/> on, as many as the crop has, each of the source's full width.</param>
    /// <param name="destination">Receives <c>H x W x 3</c> bytes of the transform's output size.</param>
    internal void ResampleRows(ReadOnlySpan<byte> rows, Span<byte> destination)
    {
        if (_transform == default)
        {
            throw new InvalidOperationException("The resampler was not prepared.");
        }

        Check(rows.Length, _source with { Height = _transform.CropSize.Height }, nameof(rows));
        Check(destination.Length, _transform.OutputSize, nameof(destination));
        int rowBytes = _source.Width * 3;
        if (_path == ResamplerPath.Scalar)
        {
            ScalarKernel.Resample(rows, rowBytes, _rows.Span, _columns.Taps, _transform.Brightness, destination);
        }
        else if (_columns.Gathers || _transform.OutputSize.Width * 3 < _columns.BlockValues)
        {
            SweepRowByRow(rows, destination);
        }
        else
        {
            SweepStrips(rows, destination);
        }
    }

    // Vectors read and write without checks of their own. What keeps them inside is checked here, once for a frame: rows holds the crop's
    // rows of the source's full width, and destination the output. The tables, made for the same sizes, name rows of the crop only, windows
    // that end within a row, and blocks that end within an output row, which is at least one block long.
    private unsafe void SweepStrips(ReadOnlySpan<byte> rows, Span<byte> destination)
    {
        int outputRowBytes = _transform.OutputSize.Width * 3;
        fixed (byte* source = rows)
        fixed (byte* output = destination)
        {
            for (int y = 0; y < _rows.Count; y += StripRows)
            {
                ReadOnlySpan<Tap> strip = _rows.Span.Slice(y, Math.Min(StripRows, _rows.Count - y));
                Sweep(source, _source.Width * 3, strip, output + (nint)y * outputRowBytes, outputRowBytes);
            }
        }
    }

    // Where source rows are gathered, or output rows are shorter than a block: the two source rows and the output row are buffers of
    // their own, long enough for the table's windows and for a block.
    private unsafe void SweepRowByRow(ReadOnlySpan<byte> rows, Span<byte> destination)
    {
        int rowBytes = _source.Width * 3;
        int outputRowBytes = _transform.OutputSize.Width * 3;
        int lineBytes = _columns.LineBytes;
        _lines.Resize(checked(2 * lineBytes));
        _shortRow.Resize(Math.Max(outputRowBytes, _columns.BlockValues));
        for (int y = 0; y < _rows.Count; y++)
        {
            Tap row = _rows.Span[y];
            Copy(rows.Slice(row.First * rowBytes, rowBytes), _lines.Span[..lineBytes]);
            Copy(rows.Slice(row.Second * rowBytes, rowBytes), _lines.Span[lineBytes..]);
            Tap copied = row with { First = 0, Second = 1 };
            Sweep(_lines.Start, lineBytes, new(in copied), _shortRow.Start, _shortRow.Count);
            _shortRow.Span[..outputRowBytes].CopyTo(destination.Slice(y * outputRowBytes, outputRowBytes));
        }
    }

    private void Copy(ReadOnlySpan<byte> row, Span<byte> line)
    {
        if (_columns.Gathers)
        {
            _columns.Gather(row, line);
        }
        else
        {
            row.CopyTo(line);
        }
    }

    private unsafe void Sweep(byte* source, int rowBytes, ReadOnlySpan<Tap> strip, byte* output, int outputRowBytes)
    {
        switch (_path, _columns.IsNarrow)
        {
            case (ResamplerPath.Avx512, true):
                VectorSweep.Run<Avx512Kernel, Avx512Kernel.Narrow, Vector512<byte>, Vector512<short>>(
                    source, rowBytes, strip, _columns, _transform.Brightness, output, outputRowBytes);
                break;
            case (ResamplerPath.Avx512, false):
                VectorSweep.Run<Avx512Kernel, Avx512Kernel.Wide, Vector512<byte>, Vector512<short>>(
                    source, rowBytes, strip, _columns, _transform.Brightness, output, outputRowBytes);
                break;
            case (ResamplerPath.Avx2, true):
                VectorSweep.Run<Avx2Kernel, Avx2Kernel.Narrow, Vector256<byte>, Vector256<short>>(
                    source, rowBytes, strip, _columns, _transform.Brightness, output, outputRowBytes);
                break;
            case (ResamplerPath.Avx2, false):
                VectorSweep.Run<Avx2Kernel, Avx2Kernel.Wide, Vector256<byte>, Vector256<short>>(
                    source, rowBytes, strip, _columns, _transform.Brightness, output, outputRowBytes);
                break;
            case (_, true):
                VectorSweep.Run<Vector128Kernel, Vector128Kernel.Narrow, Vector128<byte>, Vector128<short>>(
                    source, rowBytes, strip, _columns, _transform.Brightness, output, outputRowBytes);
                break;
            default:
                VectorSweep.Run<Vector128Kernel, Vector128Kernel.Wide, Vector128<byte>, Vector128<short>>(
                    source, rowBytes, strip, _columns, _transform.Brightness, output, outputRowBytes);
                break;
        }
    }

    private static void CheckCrop(FrameSize source, in ClipTransform transform)
    {
        if (transform.CropSize.Height < 1 || transform.CropSize.Width < 1
            || transform.CropY > source.Height - transform.CropSize.Height || transform.CropX > source.Width - transform.CropSize.Width)
        {
            throw new ArgumentException(
                $"The crop of {transform.CropSize} at ({transform.CropX}, {transform.CropY}) is not inside frames of {source}.", nameof(transform));
        }

        CheckFits(source, nameof(source));
        CheckFits(transform.OutputSize, nameof(transform));
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
