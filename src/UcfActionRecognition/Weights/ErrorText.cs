namespace UcfActionRecognition;

/// <summary>Text of a file inside an error message.</summary>
internal static class ErrorText
{
    private const int MaximumLength = 100;

    /// <summary>The text, or its beginning; a hostile file's may be long, or made to draw on a terminal.</summary>
    public static string Shortened(string text)
    {
        string start = text.Length <= MaximumLength ? text : text[..MaximumLength] + "...";
        return string.Concat(start.Select(letter => char.IsControl(letter) ? '?' : letter));
    }
}
