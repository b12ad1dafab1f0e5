using System.Globalization;
using System.Text;
using SkiaSharp;

namespace UcfActionRecognition.Reporting;

/// <summary>Fits text into widths.</summary>
internal static class TextFlow
{
    /// <summary>Breaks text into lines at spaces; a word wider than the line is broken where it ends.</summary>
    public static IReadOnlyList<string> Wrap(string text, float width, float size, bool bold = false)
    {
        using SKFont font = ReportFont.Create(size, bold);
        var lines = new List<string>();
        string line = "";
        foreach (string word in text.Split(' '))
        {
            string longer = line.Length == 0 ? word : $"{line} {word}";
            if (font.Measure(longer) <= width)
            {
                line = longer;
                continue;
            }

            if (line.Length > 0)
            {
                lines.Add(line);
            }

            line = BreakWord(word, width, font, lines);
        }

        lines.Add(line);
        return lines;
    }

    /// <summary>The text, or as much of its beginning as fits, with an ellipsis.</summary>
    public static string Shorten(string text, float width, float size, bool bold = false)
    {
        using SKFont font = ReportFont.Create(size, bold);
        if (font.Measure(text) <= width)
        {
            return text;
        }

        int[] starts = StringInfo.ParseCombiningCharacters(text);
        for (int kept = starts.Length - 1; kept > 0; kept--)
        {
            string shorter = text[..starts[kept]] + "…";
            if (font.Measure(shorter) <= width)
            {
                return shorter;
            }
        }

        return "…";
    }

    /// <summary>
    /// Text that every format can hold: what XML does not know, such as control characters and halves of surrogate pairs, becomes U+FFFD.
    /// </summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            // EnumerateRunes gives U+FFFD for what is no character.
            bool control = Rune.IsControl(rune) || rune.Value is 0xFFFE or 0xFFFF || Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format;
            clean.Append((control ? Rune.ReplacementChar : rune).ToString());
        }

        return clean.ToString();
    }

    // Adds the lines that the word fills, and returns what is left of it.
    private static string BreakWord(string word, float width, SKFont font, List<string> lines)
    {
        while (font.Measure(word) > width)
        {
            int[] starts = [.. StringInfo.ParseCombiningCharacters(word), word.Length];
            int kept = 1;
            while (kept < starts.Length - 2 && font.Measure(word[..starts[kept + 1]]) <= width)
            {
                kept++;
            }

            if (starts.Length <= 2)
            {
                break;
            }

            lines.Add(word[..starts[kept]]);
            word = word[starts[kept]..];
        }

        return word;
    }
}
