using System.Globalization;
using SkiaSharp;

namespace UcfActionRecognition.Reporting;

/// <summary>Writes a report as PDF: A4, vector figures, text that can be selected.</summary>
internal static class PdfWriter
{
    /// <summary>Writes the pages into a stream that stays open.</summary>
    public static void Write(FusionReport report, Stream stream)
    {
        IReadOnlyList<PdfPage> pages = new PdfLayout(report).Pages;
        using var output = new SKManagedWStream(stream);
        var date = report.Date.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
        var metadata = new SKDocumentPdfMetadata
        {
            Title = TextFlow.Clean(report.Title),
            Subject = TextFlow.Clean(report.Subtitle),
            Creator = "UcfActionRecognition.Reporting",
            Producer = "Skia",
            Creation = date,
            Modified = date,
            RasterDpi = 300,
            EncodingQuality = 101,
        };
        using SKDocument document = SKDocument.CreatePdf(output, metadata);
        for (int i = 0; i < pages.Count; i++)
        {
            var pen = new Pen(document.BeginPage(PdfPage.Width, PdfPage.Height));
            pages[i].Draw(pen);
            DrawFooter(pen, report, string.Create(CultureInfo.InvariantCulture, $"Page {i + 1} of {pages.Count}"));
            document.EndPage();
        }

        document.Close();
    }

    private static void DrawFooter(Pen pen, FusionReport report, string page)
    {
        const float Baseline = PdfPage.Height - 28;
        const float Size = 7.5f;
        float width = PdfPage.TextWidth - Pen.Width(page, Size) - 20;
        pen.Text(TextFlow.Shorten(TextFlow.Clean(report.Title), width, Size), PdfPage.Margin, Baseline, Size, Palette.Muted);
        pen.Text(page, PdfPage.Width - PdfPage.Margin, Baseline, Size, Palette.Muted, Align.Right);
    }
}
