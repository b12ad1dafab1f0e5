using SkiaSharp;

namespace UcfActionRecognition.Reporting;

/// <summary>Panels of lines, side by side.</summary>
internal sealed class CurveFigure(IReadOnlyList<CurvePanel> panels, int columns) : Figure
{
    private const float Gap = 12;

    private float PanelHeight => columns == 1 ? 190 : 150;

    private int Rows => (panels.Count + columns - 1) / columns;

    public override SKSize Size => new(FullWidth, (Rows * PanelHeight) + ((Rows - 1) * Gap));

    public override void Draw(Pen pen)
    {
        float width = (FullWidth - ((columns - 1) * Gap)) / columns;
        for (int i = 0; i < panels.Count; i++)
        {
            float x = i % columns * (width + Gap);
            float y = i / columns * (PanelHeight + Gap);
            panels[i].Draw(pen, new SKRect(x, y, x + width, y + PanelHeight));
        }
    }
}
