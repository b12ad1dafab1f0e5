using Microsoft.Extensions.Logging;

namespace UcfActionRecognition;

internal static partial class SourcesLog
{
    [LoggerMessage(41, LogLevel.Warning, "The index of '{Video}' cannot be kept, nor perhaps those of others; each run decodes them anew: {Reason}")]
    public static partial void IndexNotSaved(ILogger logger, string video, string reason);
}
