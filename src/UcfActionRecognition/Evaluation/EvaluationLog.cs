using Microsoft.Extensions.Logging;

namespace UcfActionRecognition;

internal static partial class EvaluationLog
{
    [LoggerMessage(31, LogLevel.Warning, "'{Video}' cannot be read and counts as wrong: {Reason}")]
    public static partial void VideoUnreadable(ILogger logger, string video, string reason);

    [LoggerMessage(32, LogLevel.Information, "'{Video}': {Frames} frames, {Clips} clips, {Seconds:F1} s; {BestClass}")]
    public static partial void VideoClassified(ILogger logger, string video, int frames, int clips, double seconds, string bestClass);
}
