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
        NativeDataset offsets = FindVector(file, Offsets, sizeof(long));
        VideoInfo info = ReadInfo(new Hdf5Attributes(jpeg, stream, fileLength), CountFrames(offsets, options), options);
        (long start, long bytes) = FindBytes(jpeg, sizeof(byte), stream, fileLength);
        (long places, _) = FindBytes(offsets, sizeof(long), stream, fileLength);
        var storage = new Hdf5JpegStorage(start, bytes, places, info, options);
        storage.CheckPlaces(handle);
        return new Hdf5FrameLocator.Result(info, storage);
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

    private static int CountFrames(NativeDataset offsets, Hdf5VideoClipSourceOptions options)
    {
        ulong count = offsets.Space.Dimensions[0];
        return count >= 2 && count - 1 <= (ulong)options.MaxFrames
            ? (int)(count - 1)
            : throw new Hdf5FormatException(
                $"its dataset '{Offsets}' has {count} entries, one more than frames; expected 2 or more, and " +
                $"no more than {options.MaxFrames} frames (option {nameof(options.MaxFrames)})");
    }

    private static (long Start, long Bytes) FindBytes(NativeDataset dataset, int elementBytes, NotingStream stream, long fileLength)
    {
        if (Hdf5FrameLocator.FindEnds(dataset, stream) is not var (first, last))
        {
            throw new Hdf5FormatException($"its dataset '{dataset.Name}' was made but never written");
        }

        UInt128 bytes = (UInt128)dataset.Space.Dimensions[0] * (uint)elementBytes;
        long end = last + elementBytes;
        return first >= 0 && last >= first && end <= fileLength && (UInt128)(ulong)(end - first) == bytes
            ? (first, end - first)
            : throw new Hdf5FormatException($"its dataset '{dataset.Name}' takes {bytes} bytes but lies at {first} to {end} of a file of {fileLength} bytes");
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
}
