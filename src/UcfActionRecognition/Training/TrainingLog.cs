using Microsoft.Extensions.Logging;

namespace UcfActionRecognition;

internal static partial class TrainingLog
{
    [LoggerMessage(1, LogLevel.Information, "Training {Parameters} parameters of {Architecture} on {Videos} videos for {Epochs} epochs")]
    public static partial void Started(ILogger logger, long parameters, string architecture, int videos, int epochs);

    [LoggerMessage(2, LogLevel.Information, "Epoch {Epoch}: loss {Loss}, top-1 {Top1}, validation top-1 {Validation}, {Seconds} s")]
    public static partial void EpochDone(ILogger logger, int epoch, double loss, double top1, double? validation, double seconds);
}
