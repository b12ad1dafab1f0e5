using SkiaSharp;

namespace UcfActionRecognition.Reporting;

/// <summary>A row-normalised confusion matrix: with numbers where there are few classes, in small print where there are many.</summary>
internal sealed class ConfusionFigure : Figure
{
    private const float LargestCell = 52;
    private const float SmallestSide = 95; // what the axes' titles take
    private const float AxisTitle = 14;
    private const float Legend = 30;

    private readonly ConfusionMatrix _matrix;
    private readonly string[] _names;
    private readonly float _labelSize;
    private readonly float _labelWidth;
    private readonly float _cell;

    public ConfusionFigure(ConfusionMatrix matrix)
    {
        _matrix = matrix;
        int classes = matrix.Classes.Count;

        // Labels may be as high as a cell; the cell is what the labels leave of the width.
        float guess = (FullWidth - AxisTitle) / (classes + 12);
        _labelSize = Math.Min(8.5f, guess * 0.95f);
        float most = Math.Clamp(_labelSize * 11, 48, 110);
        _names = [.. matrix.Classes.Select(name => TextFlow.Shorten(TextFlow.Clean(name), most, _labelSize))];
        _labelWidth = _names.Max(name => Pen.Width(name, _labelSize)) + 5;
        _cell = Math.Min(Math.Max(LargestCell, SmallestSide / classes), (FullWidth - AxisTitle - _labelWidth) / classes);
    }

    // The labels below are upright where a cell is narrower than a word.
    private bool Upright => _names.Max(name => Pen.Width(name, _labelSize)) > _cell - 3;

    private float Side => _cell * _matrix.Classes.Count;

    private float LabelHeight => Upright ? _labelWidth : _labelSize + 6;

    public override SKSize Size => new(Math.Max(AxisTitle + _labelWidth + Side + 1, 260), Side + LabelHeight + AxisTitle + Legend);

    /// <summary>The small print of many classes needs more pixels.</summary>
    public override float PixelsPerPoint => _labelSize < 6 ? 5 : 3;

    private float Left => AxisTitle + _labelWidth;

    public override void Draw(Pen pen)
    {
        int classes = _matrix.Classes.Count;
        float[,] shares = _matrix.RowNormalized();
        DrawGuides(pen, classes);
        for (int actual = 0; actual < classes; actual++)
        {
            DrawRow(pen, shares, actual);
        }

        pen.Frame(new SKRect(Left, 0.5f, Left + Side, Side), Palette.Muted, 0.6f);
        DrawLabels(pen, classes);
        DrawLegend(pen);
    }

    // Every fifth line leads the eye to its name.
    private void DrawGuides(Pen pen, int classes)
    {
        int step = classes > 25 ? 5 : 1;
        for (int i = step; i < classes; i += step)
        {
            pen.Line(Left, i * _cell, Left + Side, i * _cell, Palette.Rule, 0.3f);
            pen.Line(Left + (i * _cell), 0, Left + (i * _cell), Side, Palette.Rule, 0.3f);
        }
    }

    private void DrawRow(Pen pen, float[,] shares, int actual)
    {
        int classes = _matrix.Classes.Count;
        long examples = 0;
        for (int predicted = 0; predicted < classes; predicted++)
        {
            examples += _matrix[actual, predicted];
            if (_matrix[actual, predicted] > 0)
            {
                DrawCell(pen, actual, predicted, shares[actual, predicted]);
            }
        }

        if (examples == 0)
        {
            pen.Fill(new SKRect(Left, actual * _cell, Left + Side, (actual + 1) * _cell), Palette.Rule);
        }
    }

    private void DrawCell(Pen pen, int actual, int predicted, float share)
    {
        float x = Left + (predicted * _cell);
        float y = actual * _cell;
        pen.Fill(new SKRect(x, y, x + _cell, y + _cell), Palette.Heat(share));
        SKColor ink = share > 0.55f ? SKColors.White : Palette.Text;
        string count = ReportText.Line($"{_matrix[actual, predicted]}");
        if (_cell >= 40)
        {
            pen.Text(ReportText.Line($"{100 * share:F0} %"), x + (_cell / 2), y + (_cell / 2) - 1, 10, ink, Align.Center, bold: true);
            pen.Text(count, x + (_cell / 2), y + (_cell / 2) + 11, 8, ink, Align.Center);
        }
        else if (_cell >= 13)
        {
            float size = Math.Min(8, _cell * 0.42f);
            pen.Text(count, x + (_cell / 2), y + (_cell / 2) + (size * 0.36f), size, ink, Align.Center);
        }
    }

    private void DrawLabels(Pen pen, int classes)
    {
        float drop = _labelSize * 0.36f;
        for (int i = 0; i < classes; i++)
        {
            float middle = (i + 0.5f) * _cell;
            pen.Text(_names[i], Left - 3, middle + drop, _labelSize, align: Align.Right);
            if (Upright)
            {
                pen.TextUpwards(_names[i], Left + middle + drop, Side + 3, _labelSize, align: Align.Right);
            }
            else
            {
                pen.Text(_names[i], Left + middle, Side + _labelSize + 2, _labelSize, align: Align.Center);
            }
        }

        pen.TextUpwards("shown in the video", 9, Side / 2, 8.5f, Palette.Muted, Align.Center);
        pen.Text("taken for", Left + (Side / 2), Side + LabelHeight + 10, 8.5f, Palette.Muted, Align.Center);
    }

    private void DrawLegend(Pen pen)
    {
        const int Steps = 50;
        const float Width = 140;
        float x = Math.Max(4, Left + (Side / 2) - (Width / 2));
        float y = Size.Height - 20;
        for (int i = 0; i < Steps; i++)
        {
            pen.Fill(new SKRect(x + (Width * i / Steps), y, x + (Width * (i + 1) / Steps), y + 7), Palette.Heat((i + 0.5) / Steps));
        }

        pen.Text("0 %", x, y + 16, 7.5f, Palette.Muted);
        pen.Text("of the row", x + (Width / 2), y + 16, 7.5f, Palette.Muted, Align.Center);
        pen.Text("100 %", x + Width, y + 16, 7.5f, Palette.Muted, Align.Right);
    }
}
