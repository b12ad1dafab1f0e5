using PureHDF.Filters;

namespace UcfActionRecognition;

/// <summary>A filter of PureHDF that looks at its parameters, which the file gives, before it works.</summary>
/// <param name="builtIn">The filter.</param>
/// <param name="check">Throws <see cref="InvalidDataException"/> where the parameters are not to be followed.</param>
internal sealed class CheckedFilter(IH5Filter builtIn, Action<FilterInfo> check) : IH5Filter
{
    // Beyond it PureHDF's vector code multiplies past 32 bits and writes outside of its buffers; HDF5's own types are far smaller.
    private const uint MostBytesOfAnElement = 1 << 20;

    public ushort FilterId => builtIn.FilterId;

    public string Name => builtIn.Name;

    public static CheckedFilter Shuffle() => new(new ShuffleFilter(), info =>
    {
        if (info.Parameters is not [> 0 and <= MostBytesOfAnElement])
        {
            throw new InvalidDataException($"The shuffle filter has the parameters [{string.Join(", ", info.Parameters)}], not the size of an element.");
        }
    });

    public static CheckedFilter ScaleOffset() => new(new ScaleOffsetFilter(), info =>
    {
        // The third and the fifth parameter: elements of a chunk and bytes of an element. A chunk of one value needs no payload for them.
        if (info.Parameters is not [_, _, var elements, _, var size, ..] || (UInt128)elements * size > (uint)info.ChunkSize)
        {
            throw new InvalidDataException($"The scale-offset filter is to make more than the {info.ChunkSize} bytes that a chunk holds.");
        }
    });

    public Memory<byte> Filter(FilterInfo info)
    {
        if (info.Flags.HasFlag(H5FilterFlags.Decompress))
        {
            check(info);
        }

        return builtIn.Filter(info);
    }

    public uint[] GetParameters(uint[] chunkDimensions, uint typeSize, Dictionary<string, object>? options) =>
        builtIn.GetParameters(chunkDimensions, typeSize, options);
}
