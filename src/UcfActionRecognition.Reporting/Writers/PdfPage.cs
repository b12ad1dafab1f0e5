namespace UcfActionRecognition.Reporting;

/// <summary>A page of A4, in points, as a list of what is drawn on it.</summary>
internal sealed class PdfPage
{
    /// <summary>210 mm.</summary>
    public const float Width = 595;

    /// <summary>297 mm.</summary>
    public const float Height = 842;

    public const float Margin = 48;
    public const float TextWidth = Width - (2 * Margin);
    public const float Top = 52;
    public const float Bottom = Height - 52;

    private readonly List<Action<Pen>> _items = [];

    public bool IsEmpty => _items.Count == 0;

    public void Add(Action<Pen> item) => _items.Add(item);

    public void Draw(Pen pen)
    {
        foreach (Action<Pen> item in _items)
        {
            item(pen);
        }
    }
}
