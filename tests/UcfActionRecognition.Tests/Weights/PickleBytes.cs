using System.Buffers.Binary;
using System.Text;

namespace UcfActionRecognition.Tests.Weights;

/// <summary>Pieces of pickles, written by hand, to say things that PyTorch would not.</summary>
internal static class PickleBytes
{
    public static byte[] Pickle(params byte[][] parts) => [PickleOperation.Proto, 2, .. Join(parts), PickleOperation.Stop];

    public static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(part => part)];

    public static byte[] Repeat(byte[] part, int count) => [.. Enumerable.Repeat(part, count).SelectMany(bytes => bytes)];

    public static byte[] Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        return [PickleOperation.BinUnicode, .. UInt32((uint)utf8.Length), .. utf8];
    }

    public static byte[] Integer(long value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return [PickleOperation.Long1, 8, .. bytes];
    }

    public static byte[] UInt32(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    public static byte[] UInt64(ulong value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return bytes;
    }

    public static byte[] Put(uint index) => [PickleOperation.LongBinPut, .. UInt32(index)];

    public static byte[] Get(uint index) => [PickleOperation.LongBinGet, .. UInt32(index)];

    public static byte[] Global(string module, string name) => [PickleOperation.Global, .. Encoding.UTF8.GetBytes($"{module}\n{name}\n")];

    public static byte[] Tuple(params byte[][] items) => [PickleOperation.Mark, .. Join(items), PickleOperation.Tuple];

    public static byte[] Call(byte[] global, params byte[][] arguments) => [.. global, .. Tuple(arguments), PickleOperation.Reduce];

    public static byte[] Integers(params long[] values) => Tuple([.. values.Select(Integer)]);

    /// <summary>A dict of keys and values in turn.</summary>
    public static byte[] Dictionary(params byte[][] entries) =>
        [PickleOperation.EmptyDict, PickleOperation.Mark, .. Join(entries), PickleOperation.SetItems];

    public static byte[] PersistentId(params byte[][] items) => [.. Tuple(items), PickleOperation.BinPersId];

    public static byte[] Storage(string key, long elements, string type = "FloatStorage", params byte[][] more) =>
        PersistentId([Text("storage"), Global("torch", type), Text(key), Text("cpu"), Integer(elements), .. more]);

    public static byte[] Tensor(byte[] storage, long offset, long[] shape, long[] strides) =>
        Call(Global("torch._utils", "_rebuild_tensor"), storage, Integer(offset), Integers(shape), Integers(strides));

    /// <summary>A dict of one tensor 't' of 4 floats in storage '0'.</summary>
    public static byte[] FourFloats() => Dictionary(Text("t"), Tensor(Storage("0", 4), 0, [4], [1]));
}
