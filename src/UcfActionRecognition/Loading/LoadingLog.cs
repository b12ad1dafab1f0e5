using Microsoft.Extensions.Logging;

namespace UcfActionRecognition;

internal static partial class LoadingLog
{
    [LoggerMessage(1, LogLevel.Warning, "'{Video}' cannot be read, another video takes its place: {Reason}")]
    public static partial void VideoReplaced(ILogger logger, string video, string reason);
}
