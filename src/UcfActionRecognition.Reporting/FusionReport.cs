using System.Text;

namespace UcfActionRecognition.Reporting;

/// <summary>
/// What a single-frame model, a sequence model and their combination do on the same videos, as a report. Immutable; the same input gives the same
/// HTML and PNG files, byte for byte, on the same machine.
/// </summary>
public sealed class FusionReport
{
    private FusionReport(ReportResults results, CancellationToken cancel)
    {
        Title = results.Options.Title;
        Subtitle = results.Subtitle;
        Date = results.Options.Date;
        Combined = results.Combined.Set;
        Sections =
        [
            ResultSection.Create(results),
            WeightSection.Create(results),
            ClassSection.Create(results),
            ConfusionSection.Create(results),
            VideoSection.Create(results, cancel),
            TrainingSection.Create(results),
            RunSection.Create(results),
        ];
    }

    /// <summary>The title.</summary>
    public string Title { get; }

    /// <summary>The date that stands in the report.</summary>
    public DateOnly Date { get; }

    /// <summary>The predictions of both models together, as the report has them.</summary>
    public PredictionSet Combined { get; }

    internal string Subtitle { get; }

    internal IReadOnlyList<ReportSection> Sections { get; }

    /// <summary>The names of the figures' files, in the order of the report: <c>confusion-single.png</c>.</summary>
    public IReadOnlyList<string> FigureFiles => [.. Figures.Select(figure => figure.Name + ".png")];

    private IEnumerable<Figure> Figures => Sections.SelectMany(section => section.Blocks).OfType<ReportFigure>().Select(block => block.Figure);

    /// <summary>Combines the models and makes the report.</summary>
    /// <param name="singleFrame">The single-frame model's predictions.</param>
    /// <param name="sequence">The sequence model's predictions of the same videos.</param>
    /// <param name="options">The date, how the models are combined, and what else is known of the runs.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <exception cref="PredictionsException">
    /// The sets differ in videos, classes, the order of classes, or the data that their models were trained on; or the weight was searched on videos that
    /// are scored.
    /// </exception>
    /// <exception cref="ArgumentException">There are no videos, or an option is out of range.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public static FusionReport Create(PredictionSet singleFrame, PredictionSet sequence, FusionReportOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(singleFrame);
        ArgumentNullException.ThrowIfNull(sequence);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return singleFrame.Videos.Count > 0
            ? new FusionReport(new ReportResults(singleFrame, sequence, options), cancel)
            : throw new ArgumentException("There are no videos to report on; at least one is expected.", nameof(singleFrame));
    }

    /// <summary>Writes the PDF: A4, figures as vectors, text that can be selected, fonts embedded. Written whole or not at all.</summary>
    /// <param name="path">The file; folders are made where they are missing, a file that is there is replaced.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void SavePdf(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        using var pdf = new MemoryStream();
        PdfWriter.Write(this, pdf);
        AtomicFile.WriteStream(path, stream => pdf.WriteTo(stream));
    }

    /// <summary>Writes one HTML file with all figures in it; it needs no network and no script. Written whole or not at all.</summary>
    /// <inheritdoc cref="SavePdf"/>
    public void SaveHtml(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        byte[] html = Encoding.UTF8.GetBytes(HtmlWriter.ToHtml(this));
        AtomicFile.WriteStream(path, stream => stream.Write(html));
    }

    /// <summary>Writes each figure as a PNG of the names in <see cref="FigureFiles"/>, each whole or not at all.</summary>
    /// <param name="folder">The folder; it is made where it is missing. Other files in it stay.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be written.</exception>
    public void SaveFigures(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        foreach (Figure figure in Figures)
        {
            byte[] png = FigureFile.ToPng(figure);
            AtomicFile.WriteStream(Path.Combine(folder, figure.Name + ".png"), stream => stream.Write(png));
        }
    }
}
