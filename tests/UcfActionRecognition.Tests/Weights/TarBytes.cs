using System.Text;
using static UcfActionRecognition.Tests.Weights.PickleBytes;

namespace UcfActionRecognition.Tests.Weights;

/// <summary>Tar files, and those of torch.save before 0.1.10 in them, with lies where they are asked for.</summary>
internal static class TarBytes
{
    public static byte[] SystemPickle { get; } = System();

    /// <summary>One storage of 4 floats, number 7.</summary>
    public static byte[] Storages { get; } = Join(Pickle(Integer(1)), Storage(7), Pickle([PickleOperation.EmptyList]));

    /// <summary>One tensor of all of them, number 9.</summary>
    public static byte[] Tensors { get; } = Join(Pickle(Integer(1)), Tensor(9, 7, [4], [1]));

    /// <summary>A dict of it as 't'.</summary>
    public static byte[] Root { get; } = Pickle(Dictionary(Text("t"), [.. Text("9"), PickleOperation.BinPersId]));

    public static byte[] Torch(byte[]? system = null, byte[]? pickle = null, byte[]? tensors = null, byte[]? storages = null, params byte[][] more) => Archive(
    [
        Member("sys_info", system ?? SystemPickle), Member("pickle", pickle ?? Root), Member("tensors", tensors ?? Tensors),
        Member("storages", storages ?? Storages), .. more,
    ]);

    public static byte[] Archive(params byte[][] members) => [.. Join(members), .. new byte[1024]];

    public static byte[] Member(string name, byte[] content, char type = '0', string? size = null, string prefix = "")
    {
        byte[] header = new byte[512];
        Encoding.Latin1.GetBytes(name, header);
        Encoding.Latin1.GetBytes(size ?? Convert.ToString(content.Length, 8).PadLeft(11, '0'), header.AsSpan(124));
        header[156] = (byte)type;
        "ustar\u000000"u8.CopyTo(header.AsSpan(257));
        Encoding.Latin1.GetBytes(prefix, header.AsSpan(345));
        return [.. Repaired(header), .. content, .. new byte[(512 - (content.Length % 512)) % 512]];
    }

    /// <summary>A header of pax with its records, each of keyword and value.</summary>
    public static byte[] Extension(params (string Keyword, string Value)[] records) =>
        Member("././@PaxHeader", [.. records.SelectMany(record => Record(record.Keyword, record.Value))], type: 'x');

    /// <summary>The file with the checksums that its tar headers should have.</summary>
    public static byte[] Repaired(byte[] file)
    {
        for (int begin = 0; begin + 512 <= file.Length; begin += 512)
        {
            Span<byte> header = file.AsSpan(begin, 512);
            if (header.Slice(257, 5).SequenceEqual("ustar"u8))
            {
                header.Slice(148, 8).Fill((byte)' ');
                int sum = 0;
                foreach (byte value in header)
                {
                    sum += value;
                }

                Encoding.Latin1.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0", header[148..]);
            }
        }

        return file;
    }

    public static byte[] System(bool littleEndian = true, long version = 1000) => Pickle(Dictionary(
        Text("protocol_version"), Integer(version), Text("little_endian"), [littleEndian ? PickleOperation.NewTrue : PickleOperation.NewFalse]));

    public static byte[] Storage(long key, ulong elements = 4, string type = "FloatStorage") => Join(
        Pickle(PickleBytes.Tuple(Integer(key), Text("cpu"), Global("torch", type))), UInt64(elements), TorchFileBytes.Floats);

    public static byte[] Tensor(long key, long storage, long[] shape, long[] strides, long offset = 0, string type = "FloatTensor", uint? dimensions = null) => Join(
    [
        Pickle(PickleBytes.Tuple(Integer(key), Integer(storage), Global("torch", type))), UInt32(dimensions ?? (uint)shape.Length), [1, 2, 3, 4],
        .. shape.Concat(strides).Append(offset).Select(number => UInt64((ulong)number)),
    ]);

    private static byte[] Record(string keyword, string value)
    {
        int length = keyword.Length + value.Length + 3;
        length += $"{length + 1}".Length;
        return Encoding.Latin1.GetBytes($"{length} {keyword}={value}\n");
    }
}
