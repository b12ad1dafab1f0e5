using Microsoft.Win32.SafeHandles;

namespace UcfActionRecognition;

/// <summary>
/// The members of a tar file (POSIX.1, pax). Everything is checked against the file: links, folders, sparse files and other things than
/// plain files are refused, and so are names that are there twice. Names are compared, never used as paths.
/// </summary>
internal static class TarDirectory
{
    // A file of PyTorch has four members, each with one more header at most.
    private const int MaximumHeaders = 1000;

    private const byte Plain = (byte)'0';
    private const byte OldPlain = 0;
    private const byte Extension = (byte)'x';

    /// <summary>Reads and checks all headers.</summary>
    /// <param name="file">The tar file.</param>
    /// <param name="length">Its length.</param>
    /// <exception cref="FormatException">A header is broken, or of something that is refused.</exception>
    public static IReadOnlyDictionary<string, TarMember> Read(SafeFileHandle file, long length)
    {
        var members = new Dictionary<string, TarMember>(StringComparer.Ordinal);
        byte[] bytes = new byte[TarHeader.Bytes];
        long position = 0;
        long? extendedLength = null;
        bool isExtended = false;
        for (int count = 0; count < MaximumHeaders; count++)
        {
            if (ReadHeader(file, bytes, position, length) is not TarHeader header)
            {
                return !isExtended ? members : throw new FormatException("its last tar header is an extension of none.");
            }

            position += TarHeader.Bytes;
            var member = new TarMember(header.Name, position, extendedLength ?? header.Length);
            Check(member, header.Type, length);
            position += Blocks(member.Length);
            if (header.Type == Extension)
            {
                extendedLength = !isExtended ? ReadExtension(file, member) : throw new FormatException("a tar header is extended twice.");
                isExtended = true;
                continue;
            }

            (extendedLength, isExtended) = (null, false);
            if (!members.TryAdd(member.Name, member))
            {
                throw Refused(member, "is there twice");
            }
        }

        throw new FormatException($"it is a tar file of more than {MaximumHeaders} headers, and none of torch.save.");
    }

    /// <summary>The header, or null at the end of the archive, which is a block of zeros.</summary>
    private static TarHeader? ReadHeader(SafeFileHandle file, byte[] bytes, long position, long length)
    {
        if (length - position < TarHeader.Bytes)
        {
            throw new FormatException($"its tar headers do not end before byte {length}. The file is cut short.");
        }

        FileBytes.ReadExactly(file, bytes, position);
        return bytes.AsSpan().ContainsAnyExcept((byte)0) ? TarHeader.Parse(bytes, position) : null;
    }

    private static void Check(TarMember member, byte type, long fileLength)
    {
        if (type is not (Plain or OldPlain or Extension))
        {
            throw Refused(member, $"is of type 0x{type:x2}: no plain file");
        }

        if (member.Length > fileLength - member.Offset)
        {
            throw Refused(member, $"has {member.Length} bytes; {fileLength - member.Offset} follow. The file is cut short");
        }
    }

    private static long? ReadExtension(SafeFileHandle file, TarMember member)
    {
        if (member.Length > TarExtension.MaximumBytes)
        {
            throw Refused(member, $"extends a header by {member.Length} bytes; at most {TarExtension.MaximumBytes} are read");
        }

        byte[] records = new byte[member.Length];
        FileBytes.ReadExactly(file, records, member.Offset);
        return TarExtension.Length(records);
    }

    // The length is at most the file's, so that this cannot overflow.
    private static long Blocks(long length) => (length + TarHeader.Bytes - 1) / TarHeader.Bytes * TarHeader.Bytes;

    private static FormatException Refused(TarMember member, string reason) =>
        new($"its member '{ErrorText.Shortened(member.Name)}' {reason}.");
}
