using SkiaSharp;

namespace UcfActionRecognition.Reporting;

/// <summary>Frames of a video, and below them the best five classes of each model.</summary>
internal sealed class FilmstripFigure : Figure
{
    private const float Gap = 3;
    private const float Row = 12.5f;
    private const float NameWidth = 104;
    private const int Best = 5;

    private readonly Filmstrip _strip;
    private readonly IReadOnlyList<string> _classes;
    private readonly LabeledVideo _video;
    private readonly IReadOnlyList<(string Name, double[]? Probabilities)> _models;
    private readonly float _frameWidth = (FullWidth - (4 * Gap)) / 5;
    private readonly float _frameHeight;

    public FilmstripFigure(Filmstrip strip, IReadOnlyList<string> classes, LabeledVideo video, IReadOnlyList<(string Name, double[]? Probabilities)> models)
    {
        _strip = strip;
        _classes = classes;
        _video = video;
        _models = models;
        using SKImage? first = strip.Frames.Count > 0 ? SKImage.FromEncodedData(strip.Frames[0]) : null;

        // Videos that are higher than wide are fitted into the strip.
        _frameHeight = first is null ? 0 : Math.Min(_frameWidth, _frameWidth * first.Height / first.Width);
    }

    private int Rows => Math.Min(Best, _classes.Count);

    private float BarsTop => _frameHeight > 0 ? _frameHeight + 8 : 0;

    public override SKSize Size => new(FullWidth, BarsTop + 14 + (Rows * Row) + 1);

    public override void Draw(Pen pen)
    {
        for (int i = 0; i < _strip.Frames.Count; i++)
        {
            DrawFrame(pen, _strip.Frames[i], i * (_frameWidth + Gap));
        }

        float width = (FullWidth - 20) / _models.Count;
        for (int i = 0; i < _models.Count; i++)
        {
            DrawBest(pen, _models[i].Name, _models[i].Probabilities, Palette.Models[i], i * (width + 20), width);
        }
    }

    private void DrawFrame(Pen pen, byte[] jpeg, float x)
    {
        using SKImage image = SKImage.FromEncodedData(jpeg);
        float scale = Math.Min(_frameWidth / image.Width, _frameHeight / image.Height);
        float width = image.Width * scale;
        float height = image.Height * scale;
        using var paint = new SKPaint { FilterQuality = SKFilterQuality.High, IsAntialias = true };
        float left = x + ((_frameWidth - width) / 2);
        pen.Canvas.DrawImage(image, new SKRect(left, 0, left + width, height), paint);
    }

    private void DrawBest(Pen pen, string name, double[]? probabilities, SKColor color, float x, float width)
    {
        pen.Text(TextFlow.Shorten(TextFlow.Clean(name), width, 8.5f, bold: true), x, BarsTop + 9, 8.5f, color, bold: true);
        if (probabilities is null)
        {
            pen.Text("no prediction", x, BarsTop + 14 + 9, 8, Palette.Muted);
            return;
        }

        // Of equal probabilities the lower label, as a prediction takes it.
        int[] best = [.. Enumerable.Range(0, _classes.Count).OrderByDescending(label => probabilities[label]).ThenBy(label => label).Take(Best)];
        float room = width - NameWidth - 40;
        for (int i = 0; i < best.Length; i++)
        {
            float y = BarsTop + 14 + (i * Row);
            bool right = best[i] == _video.Label;
            string label = TextFlow.Shorten(TextFlow.Clean(_classes[best[i]]), NameWidth - 4, 8, right);
            pen.Text(label, x, y + 9, 8, bold: right);
            float bar = (float)probabilities[best[i]] * room;
            pen.Fill(new SKRect(x + NameWidth, y + 2, x + NameWidth + Math.Max(bar, 0.7f), y + Row - 2), right ? color : Palette.Mix(color, SKColors.White, 0.6));
            pen.Text(ReportText.Percent(probabilities[best[i]]), x + NameWidth + bar + 4, y + 9, 7.5f, Palette.Muted);
        }
    }
}
