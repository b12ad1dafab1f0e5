using Microsoft.Extensions.Logging;

namespace UcfActionRecognition;

internal static partial class LoadingLog
{
    [LoggerMessage(21, LogLevel.Warning, "'{Video}' cannot be read: {Reason}")]
    public static partial void VideoUnreadable(ILogger logger, string video, string reason);
}
