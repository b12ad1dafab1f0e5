namespace UcfActionRecognition.Reporting;

/// <summary>A table of the page's width: cells are wrapped, rows are as high as their highest cell.</summary>
internal sealed class TableLayout
{
    private const float Size = 8;
    private const float Line = 11;
    private const float Gap = 9;
    private const float Padding = 2.5f;

    private readonly ReportTable _table;
    private readonly float[] _widths;
    private readonly IReadOnlyList<string>[] _header;
    private readonly IReadOnlyList<string>[][] _rows;

    public TableLayout(ReportTable table)
    {
        _table = table;
        float shares = table.Columns.Sum(column => column.Share);
        _widths = [.. table.Columns.Select(column => (PdfPage.TextWidth * column.Share / shares) - Gap)];
        _header = Wrap([.. table.Columns.Select(column => column.Title)], bold: true);
        _rows = [.. table.Rows.Select(row => Wrap(row, bold: false))];
    }

    public float HeaderHeight => _table.HasHeader ? Height(_header) + 2 : 1;

    public float RowHeight(int row) => Height(_rows[row]);

    public float HeightOf(int rows) => HeaderHeight + _rows.Take(rows).Sum(Height);

    public void DrawHeader(Pen pen, float x, float y)
    {
        Draw(pen, _header, x, y, bold: true);
        pen.Line(x, y + HeaderHeight - 1, x + PdfPage.TextWidth, y + HeaderHeight - 1, Palette.Text, 0.8f);
    }

    public void DrawRow(Pen pen, int row, float x, float y)
    {
        Draw(pen, _rows[row], x, y, bold: false);
        pen.Line(x, y + RowHeight(row), x + PdfPage.TextWidth, y + RowHeight(row), Palette.Rule, 0.4f);
    }

    private static float Height(IReadOnlyList<string>[] cells) => (cells.Max(lines => lines.Count) * Line) + (2 * Padding);

    private IReadOnlyList<string>[] Wrap(IReadOnlyList<string> cells, bool bold) =>
        [.. cells.Select((cell, i) => TextFlow.Wrap(TextFlow.Clean(cell), _widths[i], Size, bold))];

    private void Draw(Pen pen, IReadOnlyList<string>[] cells, float x, float y, bool bold)
    {
        for (int i = 0; i < cells.Length; i++)
        {
            bool number = _table.Columns[i].IsNumber;
            for (int line = 0; line < cells[i].Count; line++)
            {
                float baseline = y + Padding + Size + (line * Line);
                pen.Text(cells[i][line], number ? x + _widths[i] : x, baseline, Size, align: number ? Align.Right : Align.Left, bold: bold);
            }

            x += _widths[i] + Gap;
        }
    }
}
