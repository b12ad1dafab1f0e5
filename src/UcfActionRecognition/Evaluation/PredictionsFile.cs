namespace UcfActionRecognition;

/// <summary>Reads files of predictions.</summary>
internal static class PredictionsFile
{
    public static VideoPredictions Read(string path, PredictionImport? import) => throw new NotImplementedException();
}
