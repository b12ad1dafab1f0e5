using Microsoft.Extensions.Logging;

namespace UcfActionRecognition;

internal static partial class EvaluationLog
{
    [LoggerMessage(31, LogLevel.Warning, "'{Video}' cannot be read and counts as wrong: {Reason}")]
    public static partial void VideoUnreadable(ILogger logger, string video, string reason);
}
