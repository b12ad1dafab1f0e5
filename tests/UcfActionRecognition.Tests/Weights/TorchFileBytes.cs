using static UcfActionRecognition.Tests.Weights.PickleBytes;

namespace UcfActionRecognition.Tests.Weights;

/// <summary>Files of torch.save around pickles that are written by hand.</summary>
internal static class TorchFileBytes
{
    /// <summary>The bytes of the floats 1, 2, 3, 4.</summary>
    public static byte[] Floats { get; } = [.. new[] { 1f, 2f, 3f, 4f }.SelectMany(BitConverter.GetBytes)];

    /// <summary>The legacy format with storages of floats.</summary>
    public static byte[] Legacy(byte[] pickle, params (string Key, byte[] Data)[] storages) =>
        [.. LegacyStart(), .. pickle, .. Keys([.. storages.Select(storage => storage.Key)]), .. storages.SelectMany(storage => Counted(storage.Data))];

    public static byte[] LegacyStart(bool littleEndian = true, long version = 1001) =>
    [
        .. Pickle([PickleOperation.Long1, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]),
        .. Pickle(Integer(version)),
        .. Pickle(Dictionary(Text("little_endian"), [littleEndian ? PickleOperation.NewTrue : PickleOperation.NewFalse])),
    ];

    public static byte[] Keys(params string[] keys) =>
        Pickle([PickleOperation.EmptyList, PickleOperation.Mark, .. Join([.. keys.Select(Text)]), PickleOperation.Appends]);

    public static byte[] Counted(byte[] data) => [.. UInt64((ulong)data.Length / 4), .. data];

    /// <summary>The zip format.</summary>
    public static byte[] Zip(byte[] pickle, params (string Name, byte[] Data)[] entries) =>
        new StoredZip().Add("a/data.pkl", pickle).AddAll(entries).ToArray();
}
