using System.IO.Compression;
using System.Runtime.InteropServices;
using PureHDF.Filters;

namespace UcfActionRecognition;

/// <summary>PureHDF's gzip filter with an end: it stops a chunk that decodes to more than a chunk holds.</summary>
/// <remarks>PureHDF inflates until the input ends, up to 2 GB from a 2 MB chunk.</remarks>
internal sealed class BoundedDeflateFilter : IH5Filter
{
    // A filter that ran before gzip when the chunk was written may have added to it: a checksum, or the overhead of another compressor.
    private const int Slack = 65_536;

    private static readonly DeflateFilter BuiltIn = new();

    public ushort FilterId => DeflateFilter.Id;

    public string Name => BuiltIn.Name;

    public Memory<byte> Filter(FilterInfo info)
    {
        if (!info.Flags.HasFlag(H5FilterFlags.Decompress))
        {
            return BuiltIn.Filter(info);
        }

        using var source = AsStream(info.Buffer);
        using var inflater = new ZLibStream(source, CompressionMode.Decompress);
        byte[] decoded = GC.AllocateUninitializedArray<byte>(info.ChunkSize);
        int length = inflater.ReadAtLeast(decoded, decoded.Length, throwOnEndOfStream: false);
        return length < decoded.Length ? decoded.AsMemory(0, length) : WithRest(decoded, inflater);
    }

    public uint[] GetParameters(uint[] chunkDimensions, uint typeSize, Dictionary<string, object>? options) =>
        BuiltIn.GetParameters(chunkDimensions, typeSize, options);

    private static Memory<byte> WithRest(byte[] decoded, ZLibStream inflater)
    {
        byte[] rest = new byte[Slack + 1];
        int length = inflater.ReadAtLeast(rest, rest.Length, throwOnEndOfStream: false);
        return length switch
        {
            0 => decoded,
            <= Slack => (byte[])[.. decoded, .. rest.AsSpan(0, length)],
            _ => throw new InvalidDataException($"A compressed chunk decodes to more than the {decoded.Length} bytes that a chunk holds."),
        };
    }

    private static MemoryStream AsStream(Memory<byte> memory) => MemoryMarshal.TryGetArray(memory, out ArraySegment<byte> array)
        ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
        : new MemoryStream(memory.ToArray(), writable: false);
}
