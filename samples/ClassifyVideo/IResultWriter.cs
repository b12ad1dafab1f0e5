namespace UcfActionRecognition.Samples.Classify;

/// <summary>Takes results, video after video; what is not written yet is written when it is disposed.</summary>
internal interface IResultWriter : IDisposable
{
    /// <summary>Takes all windows of a video, which are classified as they are taken.</summary>
    void WriteWindows(string video, IEnumerable<WindowClassification> windows);

    void WriteVideo(string video, VideoClassification result);

    void WriteFailure(string video, string reason);
}
