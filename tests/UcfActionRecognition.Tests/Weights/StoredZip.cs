using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace UcfActionRecognition.Tests.Weights;

/// <summary>Writes zip files of stored entries, with zip64 fields and lies where they are asked for.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Its own streams are memory.")]
internal sealed class StoredZip
{
    private readonly MemoryStream _own = new();
    private readonly Stream _data;
    private readonly MemoryStream _directory = new();
    private ushort _count;

    public StoredZip(Stream? data = null)
    {
        _data = data ?? _own;
    }

    /// <summary>Where the next entry's local header will be.</summary>
    public long Position => _data.Position;

    public StoredZip AddAll(params (string Name, byte[] Data)[] entries) => entries.Aggregate(this, (zip, entry) => zip.Add(entry.Name, entry.Data));

    /// <param name="name">The entry's name.</param>
    /// <param name="data">What is stored.</param>
    /// <param name="method">The method that is claimed; 0 is stored.</param>
    /// <param name="flags">The flags that are claimed; 1 is encrypted.</param>
    /// <param name="size">The size that is claimed, if another.</param>
    /// <param name="packedSize">The stored size that is claimed, if another.</param>
    /// <param name="offset">The offset that is claimed, if another.</param>
    /// <param name="localName">The name in the local header, if another.</param>
    /// <param name="hole">Bytes of nothing after the data.</param>
    public StoredZip Add(
        string name, byte[] data, ushort method = 0, ushort flags = 0, long? size = null, long? packedSize = null, long? offset = null, string? localName = null, long hole = 0)
    {
        long position = _data.Position;
        byte[] local = Encoding.UTF8.GetBytes(localName ?? name);
        Write(_data, 0x04034b50u, (ushort)20, flags, method, 0u, 0u, uint.MaxValue, uint.MaxValue, (ushort)local.Length, (ushort)0);
        _data.Write(local);
        _data.Write(data);
        _data.Seek(hole, SeekOrigin.Current);
        AddCentral(name, method, flags, size ?? (data.Length + hole), packedSize ?? size ?? (data.Length + hole), offset ?? position);
        return this;
    }

    /// <summary>Ends the file: directory, zip64 part where asked for, end.</summary>
    public void Finish(bool zip64 = false, ulong? count64 = null, ulong? directoryBytes = null, ushort? count = null)
    {
        long begin = _data.Position;
        _directory.WriteTo(_data);
        long end = _data.Position;
        if (zip64)
        {
            Write(_data, 0x06064b50u, 44UL, (ushort)45, (ushort)45, 0u, 0u, count64 ?? _count, count64 ?? _count, directoryBytes ?? (ulong)_directory.Length, (ulong)begin);
            Write(_data, 0x07064b50u, 0u, (ulong)end, 1u);
            Write(_data, 0x06054b50u, 0u, ushort.MaxValue, ushort.MaxValue, uint.MaxValue, uint.MaxValue, (ushort)0);
        }
        else
        {
            Write(_data, 0x06054b50u, 0u, count ?? _count, count ?? _count, (uint)(directoryBytes ?? (ulong)_directory.Length), (uint)begin, (ushort)0);
        }
    }

    public byte[] ToArray(bool zip64 = false)
    {
        Finish(zip64);
        return _own.ToArray();
    }

    private void AddCentral(string name, ushort method, ushort flags, long size, long packedSize, long offset)
    {
        var wide = new MemoryStream();
        uint narrowSize = Narrow(size);
        uint narrowPacked = Narrow(packedSize);
        uint narrowOffset = Narrow(offset);
        byte[] utf8 = Encoding.UTF8.GetBytes(name);
        ushort extra = (ushort)(wide.Length == 0 ? 0 : wide.Length + 4);
        Write(_directory, 0x02014b50u, (ushort)20, (ushort)20, flags, method, 0u, 0u, narrowPacked, narrowSize, (ushort)utf8.Length, extra, (ushort)0, 0UL, narrowOffset);
        _directory.Write(utf8);
        if (extra > 0)
        {
            Write(_directory, (ushort)1, (ushort)wide.Length);
            wide.WriteTo(_directory);
        }

        _count++;

        uint Narrow(long value)
        {
            if (value is >= 0 and < uint.MaxValue)
            {
                return (uint)value;
            }

            Write(wide, (ulong)value);
            return uint.MaxValue;
        }
    }

    private static void Write(Stream stream, params object[] fields)
    {
        Span<byte> bytes = stackalloc byte[8];
        foreach (object field in fields)
        {
            (ulong value, int size) = field switch
            {
                ushort number => (number, 2),
                uint number => (number, 4),
                ulong number => (number, 8),
                _ => throw new ArgumentException($"{field.GetType()}"),
            };
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
            stream.Write(bytes[..size]);
        }
    }
}
