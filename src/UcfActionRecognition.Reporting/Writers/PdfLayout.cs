using System.Globalization;
using SkiaSharp;

namespace UcfActionRecognition.Reporting;

/// <summary>Breaks a report into pages.</summary>
internal sealed class PdfLayout
{
    private const float BodySize = 9.5f;
    private const float CaptionSize = 8;
    private const float LineHeight = 1.42f;

    // A table of up to so many rows stays on one page.
    private const int WholeTable = 12;

    private readonly List<PdfPage> _pages = [new()];
    private float _y = PdfPage.Top;

    public PdfLayout(FusionReport report)
    {
        Lines(report.Title, 20, bold: true, after: 4);
        Lines(report.Subtitle, 10, color: Palette.Muted, after: 8);
        for (int i = 0; i < report.Sections.Count; i++)
        {
            Add(report.Sections[i], i + 1);
        }
    }

    public IReadOnlyList<PdfPage> Pages => _pages;

    private PdfPage Page => _pages[^1];

    private float Left => PdfPage.Bottom - _y;

    private void Add(ReportSection section, int number)
    {
        float first = section.Blocks.Count > 0 ? StartHeight(section.Blocks[0]) : 0;
        Need(52 + first);
        _y += 14;
        Lines(string.Create(CultureInfo.InvariantCulture, $"{number}. {section.Title}"), 14, bold: true, after: 6);
        for (int i = 0; i < section.Blocks.Count; i++)
        {
            if (section.Blocks[i] is ReportHeading heading)
            {
                Need(30 + (i + 1 < section.Blocks.Count ? StartHeight(section.Blocks[i + 1]) : 0));
                _y += 8;
                Lines(heading.Text, 11, bold: true, after: 4);
            }
            else
            {
                Add(section.Blocks[i]);
            }
        }
    }

    private void Add(ReportBlock block)
    {
        switch (block)
        {
            case ReportParagraph { IsNote: true } note:
                Note(note.Text);
                break;
            case ReportParagraph paragraph:
                Lines(paragraph.Text, BodySize, after: 6);
                break;
            case ReportTable table:
                Add(table);
                break;
            case ReportFigure { Figure: var figure }:
                Add(figure);
                break;
        }
    }

    // What has to stand under a heading for the heading not to be alone at a page's end.
    private static float StartHeight(ReportBlock block) => block switch
    {
        ReportFigure { Figure: var figure } => FigureHeight(figure),
        ReportTable table => 30 + new TableLayout(table).HeightOf(table.Rows.Count <= WholeTable ? table.Rows.Count : 3),
        _ => 40,
    };

    private static float FigureHeight(Figure figure) =>
        figure.Size.Height + 8 + (TextFlow.Wrap(TextFlow.Clean(figure.Caption), PdfPage.TextWidth, CaptionSize).Count * CaptionSize * LineHeight) + 12;

    private void Add(Figure figure)
    {
        Need(FigureHeight(figure));
        _y += 4;
        float y = _y;
        Page.Add(pen =>
        {
            pen.Canvas.Save();
            pen.Canvas.Translate(PdfPage.Margin + ((PdfPage.TextWidth - figure.Size.Width) / 2), y);
            figure.Draw(pen);
            pen.Canvas.Restore();
        });
        _y += figure.Size.Height + 4;
        Lines(figure.Caption, CaptionSize, color: Palette.Muted, after: 12);
    }

    private void Note(string text)
    {
        const float Inset = 9;
        IReadOnlyList<string> lines = TextFlow.Wrap(TextFlow.Clean(text), PdfPage.TextWidth - Inset - 4, BodySize);
        foreach (string line in lines)
        {
            Need(BodySize * LineHeight);
            float y = _y;
            Page.Add(pen =>
            {
                pen.Fill(new SKRect(PdfPage.Margin, y, PdfPage.Margin + 2.5f, y + (BodySize * LineHeight)), Palette.Space);
                pen.Text(line, PdfPage.Margin + Inset, y + BodySize + 1, BodySize);
            });
            _y += BodySize * LineHeight;
        }

        _y += 6;
    }

    private void Add(ReportTable table)
    {
        var layout = new TableLayout(table);
        Need(24 + layout.HeightOf(table.Rows.Count <= WholeTable ? table.Rows.Count : 3));
        _y += 4;
        Lines(table.Caption, 9, bold: true, after: 2);
        DrawHeader(layout);
        for (int i = 0; i < table.Rows.Count; i++)
        {
            if (layout.RowHeight(i) > Left)
            {
                Break();
                DrawHeader(layout);
            }

            int row = i;
            float y = _y;
            Page.Add(pen => layout.DrawRow(pen, row, PdfPage.Margin, y));
            _y += layout.RowHeight(i);
        }

        _y += 10;
    }

    private void DrawHeader(TableLayout layout)
    {
        float y = _y;
        Page.Add(pen => layout.DrawHeader(pen, PdfPage.Margin, y));
        _y += layout.HeaderHeight;
    }

    private void Lines(string text, float size, SKColor? color = null, bool bold = false, float after = 0)
    {
        IReadOnlyList<string> lines = TextFlow.Wrap(TextFlow.Clean(text), PdfPage.TextWidth, size, bold);

        // A paragraph stays on one page, unless it is long.
        Need(Math.Min(lines.Count, 10) * size * LineHeight);
        foreach (string line in lines)
        {
            Need(size * LineHeight);
            float y = _y + size;
            Page.Add(pen => pen.Text(line, PdfPage.Margin, y, size, color, bold: bold));
            _y += size * LineHeight;
        }

        _y += after;
    }

    private void Need(float height)
    {
        if (height > Left && !Page.IsEmpty)
        {
            Break();
        }
    }

    private void Break()
    {
        _pages.Add(new PdfPage());
        _y = PdfPage.Top;
    }
}
