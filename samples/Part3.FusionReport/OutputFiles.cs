using UcfActionRecognition.Reporting;

namespace UcfActionRecognition.Samples.Part3;

/// <summary>The files of the report.</summary>
internal sealed class OutputFiles(string folder)
{
    public const string Pdf = "report.pdf";
    public const string Html = "report.html";

    public void Write(FusionReport report, PredictionSet single, PredictionSet sequence)
    {
        DeleteEarlierFigures();
        DeleteEarlierPredictions(report.Combined);
        SaveMatrix("single_frame_confusion_matrix.npy", single);
        SaveMatrix("sequence_confusion_matrix.npy", sequence);
        SaveMatrix("combined_confusion_matrix.npy", report.Combined);
        report.Combined.Save(Predictions);
        report.SaveFigures(Figures);
        report.SaveHtml(Path.Combine(folder, Html));
        report.SavePdf(Path.Combine(folder, Pdf));
    }

    private string Figures => Path.Combine(folder, "figures");

    private string Predictions => Path.Combine(folder, "fused_predictions");

    // A figure or prediction of an earlier report is not to stand among those of this one; other files stay.
    private void DeleteEarlierFigures()
    {
        string[] files = Directory.Exists(Figures) ? Directory.GetFiles(Figures, "*.png") : [];
        foreach (string file in files)
        {
            File.Delete(file);
        }
    }

    // Those that this report writes anew are replaced, and need not be read.
    private void DeleteEarlierPredictions(PredictionSet combined)
    {
        var own = combined.Videos.Select(video => Path.GetFullPath(Path.Combine(Predictions, video.Name + ".hdf5"))).ToHashSet(StringComparer.Ordinal);
        string[] files = Directory.Exists(Predictions) ? Directory.GetFiles(Path.GetFullPath(Predictions), "*.hdf5", SearchOption.AllDirectories) : [];
        foreach (string file in files.Where(file => !own.Contains(file) && IsCombined(file)))
        {
            File.Delete(file);
        }
    }

    private static bool IsCombined(string file)
    {
        try
        {
            return VideoPredictions.Load(file).Kind == PredictionKind.FusedLogProbabilities;
        }
        catch (PredictionsException)
        {
            return false;
        }
    }

    private void SaveMatrix(string name, PredictionSet set) => set.CreateReport().Confusion.SaveRowNormalized(Path.Combine(folder, name));
}
