using UcfActionRecognition.Reporting;

namespace UcfActionRecognition.Samples.Part3;

/// <summary>The files of the report.</summary>
internal sealed class OutputFiles(string folder)
{
    public const string Pdf = "report.pdf";
    public const string Html = "report.html";

    public void Write(FusionReport report, PredictionSet single, PredictionSet sequence)
    {
        DeleteEarlier();
        SaveMatrix("single_frame_confusion_matrix.npy", single);
        SaveMatrix("sequence_confusion_matrix.npy", sequence);
        SaveMatrix("combined_confusion_matrix.npy", report.Combined);
        report.Combined.Save(Path.Combine(folder, "fused_predictions"));
        report.SaveFigures(Figures);
        report.SaveHtml(Path.Combine(folder, Html));
        report.SavePdf(Path.Combine(folder, Pdf));
    }

    private string Figures => Path.Combine(folder, "figures");

    // A figure or prediction of an earlier report is not to stand among those of this one; other files stay.
    private void DeleteEarlier()
    {
        string[] files = Directory.Exists(Figures) ? Directory.GetFiles(Figures, "*.png") : [];
        foreach (string file in files)
        {
            File.Delete(file);
        }
    }

    private void SaveMatrix(string name, PredictionSet set) => set.CreateReport().Confusion.SaveRowNormalized(Path.Combine(folder, name));
}
