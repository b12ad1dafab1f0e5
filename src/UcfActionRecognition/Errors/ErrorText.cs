using System.Globalization;
using System.Text;

namespace UcfActionRecognition;

/// <summary>Text of a file inside an error message.</summary>
internal static class ErrorText
{
    private const int UsualLength = 100;
    private const int ProgramLength = 500;

    // What controls a terminal, hides, or turns the order of what follows.
    private static readonly UnicodeCategory[] Hidden =
    [
        UnicodeCategory.Control, UnicodeCategory.Format, UnicodeCategory.LineSeparator, UnicodeCategory.ParagraphSeparator,
    ];

    /// <summary>The text, or its beginning; a hostile file's may be long, or made to draw on a terminal.</summary>
    public static string Shortened(string text) => ShortenedTo(UsualLength, text);

    /// <summary>A message that has text of a file in it, or the message's beginning.</summary>
    /// <param name="length">How many characters are shown, not counting three dots where it goes on.</param>
    /// <param name="text">The message.</param>
    public static string ShortenedTo(int length, string text)
    {
        var shown = new StringBuilder();
        foreach (Rune letter in text.EnumerateRunes())
        {
            if (shown.Length + letter.Utf16SequenceLength > length)
            {
                return shown.Append("...").ToString();
            }

            shown.Append(Hidden.Contains(Rune.GetUnicodeCategory(letter)) ? "?" : letter.ToString());
        }

        return shown.ToString();
    }

    /// <summary>What a program wrote to its standard error, on one line: all of it or its end, since programs say last why they ended.</summary>
    public static string OfProgram(IEnumerable<string> lines)
    {
        string text = string.Join("; ", lines.Select(line => line.Trim()).Where(line => line.Length > 0));
        string shown = ShortenedTo(int.MaxValue, text);
        int start = Math.Max(0, shown.Length - ProgramLength);
        return start == 0 ? shown : "..." + shown[(char.IsLowSurrogate(shown[start]) ? start + 1 : start)..];
    }
}
