using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace UcfActionRecognition;

/// <summary>
/// The directory of a zip file (PKWARE's APPNOTE.TXT; zip64 included). Everything in it is checked against the file: entries that are
/// encrypted, named twice, overlapping or outside of the file are refused.
/// </summary>
internal static class ZipDirectory
{
    private const int MaximumEntries = 200_000;
    private const long MaximumBytes = 64 << 20;

    private const int EndBytes = 22;
    private const int LocatorBytes = 20;
    private const int End64Bytes = 56;
    private const int CentralBytes = 46;
    private const int LocalBytes = 30;

    // Encrypted, strongly encrypted, with a masked directory, a patch of another file.
    private const int RefusedFlags = 0x2061;

    private const string SeveralParts = "it is one part of a zip file in several parts.";

    private const uint EndSignature = 0x06054b50;
    private const uint LocatorSignature = 0x07064b50;
    private const uint End64Signature = 0x06064b50;
    private const uint CentralSignature = 0x02014b50;
    private const uint LocalSignature = 0x04034b50;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads and checks the directory.</summary>
    /// <param name="file">The zip file.</param>
    /// <param name="length">Its length.</param>
    /// <exception cref="FormatException">The directory is broken, or has entries that are refused.</exception>
    public static IReadOnlyList<ZipEntry> Read(SafeFileHandle file, long length)
    {
        (long offset, byte[] directory, long count) = Find(file, length);
        var found = new List<(ZipEntry Entry, byte[] Name)>((int)count);
        int position = 0;
        for (long index = 0; index < count; index++)
        {
            found.Add(ReadCentral(directory, ref position));
        }

        Require(position == directory.Length, "the zip directory has another length than its entries.");
        int names = found.Select(entry => entry.Entry.Name).Distinct(StringComparer.Ordinal).Count();
        Require(names == found.Count, "the zip directory has a name twice.");
        return Located(file, found, offset);
    }

    private static (long Offset, byte[] Directory, long Count) Find(SafeFileHandle file, long length)
    {
        Require(length >= EndBytes, $"a zip file has at least {EndBytes} bytes; this one has {length}.");
        byte[] tail = Bytes(file, Math.Max(0, length - EndBytes - LocatorBytes), (int)Math.Min(length, EndBytes + LocatorBytes));
        ReadOnlySpan<byte> end = tail.AsSpan(tail.Length - EndBytes);
        Require(
            UInt32(end, 0) == EndSignature && UInt16(end, 20) == 0,
            "there is no zip directory at its end. The file is cut short, or something was appended to it.");
        Require(UInt32(end, 4) == 0 && UInt16(end, 8) == UInt16(end, 10), SeveralParts);
        long directoryEnd = length - EndBytes;
        long count = UInt16(end, 10);
        long bytes = UInt32(end, 12);
        long offset = UInt32(end, 16);
        if (tail.Length > EndBytes && UInt32(tail, 0) == LocatorSignature)
        {
            directoryEnd = (long)Math.Min(UInt64(tail, 8), long.MaxValue);
            Require(directoryEnd <= length - EndBytes - LocatorBytes - End64Bytes, "the zip64 directory's end is outside of the file.");
            byte[] end64 = Bytes(file, directoryEnd, End64Bytes);
            Require(UInt32(end64, 0) == End64Signature, "the zip64 directory's end is not where it should be.");
            Require(UInt64(end64, 16) == 0 && UInt64(end64, 24) == UInt64(end64, 32), SeveralParts);
            count = Wide(count, ushort.MaxValue, UInt64(end64, 32));
            bytes = Wide(bytes, uint.MaxValue, UInt64(end64, 40));
            offset = Wide(offset, uint.MaxValue, UInt64(end64, 48));
        }

        Require(
            offset <= directoryEnd && bytes == directoryEnd - offset,
            $"the zip directory should end at {directoryEnd}; it begins at {offset} and has {bytes} bytes. The file may be cut short.");
        Require(
            bytes <= MaximumBytes && count <= MaximumEntries && count <= bytes / CentralBytes,
            $"the zip directory of {bytes} bytes has {count} entries; at most {MaximumEntries} in {MaximumBytes} bytes are read.");
        return (offset, Bytes(file, offset, (int)bytes), count);
    }

    private static (ZipEntry Entry, byte[] Name) ReadCentral(ReadOnlySpan<byte> directory, ref int position)
    {
        ReadOnlySpan<byte> entry = directory[position..];
        Require(entry.Length >= CentralBytes && UInt32(entry, 0) == CentralSignature, "the zip directory is broken.");
        int nameBytes = UInt16(entry, 28);
        int extraBytes = UInt16(entry, 30);
        int total = CentralBytes + nameBytes + extraBytes + UInt16(entry, 32);
        Require(total <= entry.Length, "the zip directory is broken.");
        byte[] rawName = entry.Slice(CentralBytes, nameBytes).ToArray();
        string name = Decode(rawName);
        Require(UInt16(entry, 34) == 0, SeveralParts);
        if ((UInt16(entry, 8) & RefusedFlags) != 0)
        {
            throw Refused(name, "is encrypted or a patch");
        }

        ReadOnlySpan<byte> wide = Zip64Field(entry.Slice(CentralBytes + nameBytes, extraBytes));
        long length = Size(UInt32(entry, 24), ref wide);
        long stored = Size(UInt32(entry, 20), ref wide);
        long local = Size(UInt32(entry, 42), ref wide);
        position += total;
        bool compressed = UInt16(entry, 10) != 0;
        return compressed || stored == length
            ? (new ZipEntry(name, local, stored, compressed), rawName)
            : throw Refused(name, $"has {length} bytes, and {stored} are stored");
    }

    // An entry's bytes follow its local header, which repeats what the directory says; readers that trust the one or the other must agree.
    private static List<ZipEntry> Located(SafeFileHandle file, List<(ZipEntry Entry, byte[] Name)> found, long directoryOffset)
    {
        var located = new List<ZipEntry>(found.Count);
        long free = 0;
        byte[] header = new byte[LocalBytes + ushort.MaxValue];
        foreach ((ZipEntry entry, byte[] name) in found.OrderBy(item => item.Entry.Offset))
        {
            int bytes = LocalBytes + name.Length;
            if (entry.Offset < free || entry.Offset > directoryOffset - bytes)
            {
                throw Refused(entry.Name, "overlaps another, or is outside of the file");
            }

            FileBytes.ReadExactly(file, header.AsSpan(0, bytes), entry.Offset);
            if (UInt32(header, 0) != LocalSignature
                || (UInt16(header, 8) != 0) != entry.IsCompressed
                || !header.AsSpan(LocalBytes, UInt16(header, 26)).SequenceEqual(name))
            {
                throw Refused(entry.Name, "is not what the zip directory says");
            }

            long offset = entry.Offset + bytes + UInt16(header, 28);
            if (offset > directoryOffset || entry.Length > directoryOffset - offset)
            {
                throw Refused(entry.Name, $"has {entry.Length} bytes, which reach outside of the file");
            }

            free = offset + entry.Length;
            located.Add(entry with { Offset = offset });
        }

        return located;
    }

    // The extra fields are pairs of id and length, each with its data; zip64's has id 1.
    private static ReadOnlySpan<byte> Zip64Field(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            int length = UInt16(extra, 2);
            Require(length <= extra.Length - 4, "an entry of the zip directory is broken.");
            if (UInt16(extra, 0) == 1)
            {
                return extra.Slice(4, length);
            }

            extra = extra[(4 + length)..];
        }

        return default;
    }

    // A field of all ones stands for the next 8 bytes of the zip64 field.
    private static long Size(uint field, ref ReadOnlySpan<byte> wide)
    {
        if (field != uint.MaxValue)
        {
            return field;
        }

        Require(wide.Length >= sizeof(ulong), "an entry of the zip directory lacks its zip64 field.");
        ulong value = UInt64(wide, 0);
        wide = wide[sizeof(ulong)..];
        Require(value <= long.MaxValue, "an entry of the zip directory has an impossible size.");
        return (long)value;
    }

    private static long Wide(long narrow, long saturated, ulong wide)
    {
        Require(
            wide <= long.MaxValue && (narrow == saturated || narrow == (long)wide),
            "the zip directory and its zip64 part contradict each other.");
        return (long)wide;
    }

    private static FormatException Refused(string entry, string reason) => new($"its entry '{ErrorText.Shortened(entry)}' {reason}.");

    private static string Decode(byte[] name)
    {
        try
        {
            return StrictUtf8.GetString(name);
        }
        catch (DecoderFallbackException failure)
        {
            throw new FormatException("the zip directory has a name that is not valid UTF-8.", failure);
        }
    }

    private static byte[] Bytes(SafeFileHandle file, long offset, int count)
    {
        byte[] bytes = new byte[count];
        FileBytes.ReadExactly(file, bytes, offset);
        return bytes;
    }

    private static ushort UInt16(ReadOnlySpan<byte> bytes, int index) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[index..]);

    private static uint UInt32(ReadOnlySpan<byte> bytes, int index) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[index..]);

    private static ulong UInt64(ReadOnlySpan<byte> bytes, int index) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[index..]);

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new FormatException(otherwise);
        }
    }
}
