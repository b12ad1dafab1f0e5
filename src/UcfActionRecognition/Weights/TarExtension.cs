using System.Buffers.Text;
using System.Text;

namespace UcfActionRecognition;

/// <summary>
/// What pax adds to a tar header (POSIX.1, pax, "pax Extended Header"): records of length, keyword and value, for example a time with
/// fractions of seconds. Only the member's length matters here.
/// </summary>
internal static class TarExtension
{
    // Python's tarfile writes some tens of bytes.
    public const int MaximumBytes = 1 << 16;

    // A keyword that renames a member, or changes how its bytes are read, would show another file to another reader.
    private static readonly string[] Harmless = ["atime", "comment", "ctime", "gid", "gname", "mtime", "uid", "uname"];

    /// <summary>The member's length, if the records give one.</summary>
    /// <exception cref="FormatException">They are broken, or change more than that.</exception>
    public static long? Length(ReadOnlySpan<byte> records)
    {
        long? length = null;
        while (!records.IsEmpty)
        {
            ReadOnlySpan<byte> record = First(records);
            records = records[record.Length..];
            ReadOnlySpan<byte> text = record[(record.IndexOf((byte)' ') + 1)..^1];
            int equals = text.IndexOf((byte)'=');
            string keyword = Encoding.Latin1.GetString(text[..Math.Max(equals, 0)]);
            if (keyword == "size" && length is null)
            {
                length = Number(text[(equals + 1)..]);
            }
            else if (!Harmless.Contains(keyword))
            {
                throw new FormatException(
                    $"its tar headers are extended by '{ErrorText.Shortened(keyword)}', which is unknown, not needed or there twice.");
            }
        }

        return length;
    }

    // "LENGTH KEYWORD=VALUE" and a line feed; the length, in decimal, is that of the whole record.
    private static ReadOnlySpan<byte> First(ReadOnlySpan<byte> records)
    {
        int space = records.IndexOf((byte)' ');
        long length = Number(records[..Math.Max(space, 0)]);
        return length > space + 1 && length <= records.Length && records[(int)length - 1] == '\n'
            ? records[..(int)length]
            : throw Broken();
    }

    private static long Number(ReadOnlySpan<byte> digits) =>
        !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9') && Utf8Parser.TryParse(digits, out long number, out int used) && used == digits.Length
            ? number
            : throw Broken();

    private static FormatException Broken() => new("what extends a tar header is broken.");
}
