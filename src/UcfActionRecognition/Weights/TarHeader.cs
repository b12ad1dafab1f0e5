using System.Text;

namespace UcfActionRecognition;

/// <summary>One header of a tar file, 512 bytes (POSIX.1, pax, "ustar Interchange Format").</summary>
/// <param name="Name">The member's name.</param>
/// <param name="Type">What it is: 0 or '0' a plain file, 'x' what pax adds to the header that follows.</param>
/// <param name="Length">How many bytes follow, in blocks of 512.</param>
internal sealed record TarHeader(string Name, byte Type, long Length)
{
    public const int Bytes = 512;

    /// <summary>How many bytes of a file tell that it is a tar file.</summary>
    public const int StartBytes = MagicOffset + MagicBytes;

    private const int NameBytes = 100;
    private const int LengthOffset = 124;
    private const int LengthBytes = 12;
    private const int ChecksumOffset = 148;
    private const int ChecksumBytes = 8;
    private const int TypeOffset = 156;
    private const int MagicOffset = 257;
    private const int MagicBytes = 5;
    private const int PrefixOffset = 345;
    private const int PrefixBytes = 155;

    /// <summary>Whether a file begins with a tar header.</summary>
    public static bool IsOne(ReadOnlySpan<byte> start) =>
        start.Length >= StartBytes && start.Slice(MagicOffset, MagicBytes).SequenceEqual("ustar"u8);

    /// <summary>Reads a header and checks its checksum.</summary>
    /// <param name="header">512 bytes.</param>
    /// <param name="position">Where they are in the file, for messages.</param>
    /// <exception cref="FormatException">It is no tar header, or a damaged one.</exception>
    public static TarHeader Parse(ReadOnlySpan<byte> header, long position)
    {
        if (!IsOne(header))
        {
            throw new FormatException($"the tar header at byte {position} is broken: 'ustar' is not in it.");
        }

        long stored = Octal(header.Slice(ChecksumOffset, ChecksumBytes), position);
        long sum = Checksum(header);
        if (stored != sum)
        {
            throw new FormatException(
                $"the tar header at byte {position} is damaged: its checksum is {stored}, and should be {sum} by its bytes.");
        }

        string name = Text(header[..NameBytes]);
        string prefix = Text(header.Slice(PrefixOffset, PrefixBytes));
        return new TarHeader(
            prefix.Length > 0 ? $"{prefix}/{name}" : name, header[TypeOffset], Octal(header.Slice(LengthOffset, LengthBytes), position));
    }

    // The sum of all bytes, with the checksum's own as spaces.
    private static long Checksum(ReadOnlySpan<byte> header)
    {
        long sum = ChecksumBytes * ' ';
        for (int index = 0; index < Bytes; index++)
        {
            sum += index is >= ChecksumOffset and < ChecksumOffset + ChecksumBytes ? 0 : header[index];
        }

        return sum;
    }

    // Digits, ended by spaces or zeros unless they fill the field. 11 of them cannot overflow.
    private static long Octal(ReadOnlySpan<byte> field, long position)
    {
        string digits = Text(field).Trim(' ');
        if (digits.Length == 0 || digits.AsSpan().ContainsAnyExceptInRange('0', '7'))
        {
            throw new FormatException(
                $"the tar header at byte {position} has '{ErrorText.Shortened(digits)}' where there should be an octal number.");
        }

        return digits.Aggregate(0L, (value, digit) => (value * 8) + (digit - '0'));
    }

    // Names are compared and shown, nothing else; any bytes will do.
    private static string Text(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? field : field[..end]);
    }
}
