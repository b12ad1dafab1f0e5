using Microsoft.Extensions.Logging;

namespace UcfActionRecognition;

internal static partial class TrainingLog
{
    [LoggerMessage(1, LogLevel.Information, "Training {Parameters} parameters of {Architecture} on {Videos} videos for {Epochs} epochs")]
    public static partial void Started(ILogger logger, long parameters, string architecture, int videos, int epochs);

    [LoggerMessage(2, LogLevel.Information, "Epoch {Epoch}: loss {Loss}, top-1 {Top1}, validation top-1 {Validation}, {Seconds} s")]
    public static partial void EpochDone(ILogger logger, int epoch, double loss, double top1, double? validation, double seconds);

    [LoggerMessage(3, LogLevel.Information, "Going on from '{Path}': epoch {Epoch}, batch {Batch}, {Steps} steps done")]
    public static partial void Resumed(ILogger logger, string path, int epoch, int batch, long steps);

    [LoggerMessage(4, LogLevel.Warning, "There is no '{Path}' to resume; the training begins anew")]
    public static partial void NothingToResume(ILogger logger, string path);

    [LoggerMessage(5, LogLevel.Warning, "'{Path}' was written with {Then} torch threads, now there are {Now}: sums are rounded in another order, so the results differ in their last bits")]
    public static partial void OtherThreads(ILogger logger, string path, string then, int now);

    [LoggerMessage(6, LogLevel.Information, "Validation after step {Step}: loss {Loss}, top-1 {Top1}")]
    public static partial void Validated(ILogger logger, long step, double loss, double top1);

    [LoggerMessage(8, LogLevel.Information, "Going on with batches of {BatchSize} as before, now by {Ranks} processes together")]
    public static partial void OtherRanks(ILogger logger, int batchSize, int ranks);

    [LoggerMessage(7, LogLevel.Information, "Training ended after step {Step}: {End}")]
    public static partial void Ended(ILogger logger, long step, TrainingEnd end);
}
