using Microsoft.Win32.SafeHandles;
using PureHDF;
using PureHDF.VOL.Native;

namespace UcfActionRecognition;

/// <summary>
/// Finds the frames of a compact video: one dataset <c>jpeg</c> with the frames' JPEG files one after the other, and <c>jpeg_offsets</c>, which
/// says where each begins and the last one ends.
/// </summary>
internal static class Hdf5JpegLocator
{
    /// <summary>The dataset of the JPEG files, uint8 <c>[bytes]</c>, contiguous. It has the attributes below.</summary>
    public const string Dataset = "jpeg";

    /// <summary>The dataset of the places in <see cref="Dataset"/>, int64 <c>[T + 1]</c>, contiguous.</summary>
    public const string Offsets = "jpeg_offsets";

    public const string Height = "height";
    public const string Width = "width";
    public const string FramesPerSecond = "frames_per_second";
    public const string Quality = "quality";

    /// <exception cref="Hdf5FormatException">The datasets do not hold a video.</exception>
    /// <remarks>Besides, whatever PureHDF throws on a broken file.</remarks>
    public static Hdf5FrameLocator.Result Locate(
        SafeFileHandle handle, long fileLength, NotingStream stream, NativeFile file, Hdf5VideoClipSourceOptions options)
    {
        NativeDataset jpeg = FindVector(file, Dataset, sizeof(byte));
        long[] offsets = ReadOffsets(FindVector(file, Offsets, sizeof(long)), stream, fileLength, options);
        VideoInfo info = ReadInfo(new Hdf5Attributes(jpeg, stream, fileLength), offsets.Length - 1, options);
        if (Hdf5FrameLocator.FindEnds(jpeg, stream) is not var (first, last))
        {
            throw new Hdf5FormatException($"its dataset '{Dataset}' was made but never written");
        }

        ulong bytes = jpeg.Space.Dimensions[0];
        if (last < first || (ulong)(last - first) != bytes - 1 || last >= fileLength)
        {
            throw new Hdf5FormatException($"its JPEG frames take {bytes} bytes but lie at {first} to {last} of a file of {fileLength} bytes");
        }

        CheckOffsets(offsets, last - first + 1, options);
        return new Hdf5FrameLocator.Result(info, new Hdf5JpegStorage(handle, first, offsets, info));
    }

    private static NativeDataset FindVector(NativeFile file, string name, int elementBytes)
    {
        NativeDataset dataset = Hdf5Dataset.Find(file, name);
        IH5DataType type = dataset.Type;
        ulong[] shape = dataset.Space.Type == H5DataspaceType.Simple ? dataset.Space.Dimensions : [];
        if (type.Class != H5DataTypeClass.FixedPoint || type.Size != elementBytes || shape.Length != 1 || shape[0] == 0
            || dataset.Layout.Class != H5DataLayoutClass.Contiguous)
        {
            throw new Hdf5FormatException(
                $"its dataset '{name}' holds {Hdf5Dataset.DescribeType(type)} {Hdf5Dataset.DescribeShape(shape)} of layout {dataset.Layout.Class}; " +
                $"expected a contiguous list of {(elementBytes == 1 ? "uint8" : "int64")}");
        }

        return dataset;
    }

    private static long[] ReadOffsets(NativeDataset dataset, NotingStream stream, long fileLength, Hdf5VideoClipSourceOptions options)
    {
        ulong count = dataset.Space.Dimensions[0];
        if (count < 2 || count - 1 > (ulong)options.MaxFrames || count > (ulong)fileLength / sizeof(long))
        {
            throw new Hdf5FormatException(
                $"its dataset '{Offsets}' has {count} entries, one more than frames; expected 2 or more, no more than the file's {fileLength} bytes hold, and " +
                $"no more than {options.MaxFrames} frames (option {nameof(options.MaxFrames)})");
        }

        stream.BeginOperation();
        return dataset.Read<long[]>();
    }

    private static VideoInfo ReadInfo(Hdf5Attributes attributes, int frames, Hdf5VideoClipSourceOptions options)
    {
        foreach (string name in (string[])[Height, Width])
        {
            if (!attributes.Has(name))
            {
                throw new Hdf5FormatException($"its dataset '{Dataset}' has no attribute '{name}'");
            }
        }

        (int height, int width) = (attributes.Positive(Height), attributes.Positive(Width));
        return (long)height * width <= options.MaxFramePixels
            ? new VideoInfo(height, width, frames, attributes.Has(FramesPerSecond) ? attributes.PositiveNumber(FramesPerSecond) : null)
            : throw new Hdf5FormatException(
                $"its frames are {height}x{width}, past the limit of {options.MaxFramePixels} pixels (option {nameof(options.MaxFramePixels)})");
    }

    private static void CheckOffsets(long[] offsets, long bytes, Hdf5VideoClipSourceOptions options)
    {
        for (int frame = 0; frame < offsets.Length - 1; frame++)
        {
            // Inside the dataset first: then no difference of two overflows.
            if (offsets[frame] < 0 || offsets[frame + 1] > bytes || offsets[frame + 1] <= offsets[frame]
                || offsets[frame + 1] - offsets[frame] > options.MaxChunkBytes)
            {
                throw new Hdf5FormatException(
                    $"its frame {frame} lies at {offsets[frame]} to {offsets[frame + 1]} of {bytes} bytes of JPEG files; expected places in order, inside, and up " +
                    $"to {options.MaxChunkBytes} bytes apart (option {nameof(options.MaxChunkBytes)})");
            }
        }

        if (offsets[0] != 0 || offsets[^1] != bytes)
        {
            throw new Hdf5FormatException($"its frames lie at {offsets[0]} to {offsets[^1]} of {bytes} bytes of JPEG files; expected all of them");
        }
    }
}
