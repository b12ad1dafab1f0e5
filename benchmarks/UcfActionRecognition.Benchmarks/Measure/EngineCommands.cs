using System.CommandLine;

namespace UcfActionRecognition.Benchmarks;

/// <summary>The verbs of <c>measure</c> that run the networks.</summary>
internal static class EngineCommands
{
    private static readonly Option<string> Network = OneOf(
        new("--network") { Description = "frames: ResNet-50. clips: 3D ResNet-50 that ends after the first block of layer4.", Required = true },
        MeasuredNetwork.Frames, MeasuredNetwork.Clips);

    private static readonly Option<string> Precision = OneOf(
        MeasureCommand.WithDefault("--precision", "float32, or bfloat16 for the frozen part.", MeasuredNetwork.Float32), MeasuredNetwork.Float32, MeasuredNetwork.BFloat16);

    private static readonly Option<string?> Weights = new("--weights") { Description = "A file of weights; without it the network is as initialised." };

    private static readonly Option<int?> Size = new("--size") { Description = "Side of the frames. Default: 224." };

    private static readonly Option<int?> Threads = new("--threads") { Description = "libtorch's threads; as the library leaves them without it." };

    public static Command Step()
    {
        Option<int> batch = MeasureCommand.WithDefault("--batch", "Clips of a batch.", 32);
        Option<string> batchNorm = OneOf(
            MeasureCommand.WithDefault("--batch-norm", "train: on batch statistics. frozen: on those of the weights.", StepOptions.Train), StepOptions.Train, StepOptions.Frozen);
        Option<int> steps = MeasureCommand.WithDefault("--steps", "Steps to measure.", 3);
        Option<int> warmUp = MeasureCommand.WithDefault("--warm-up", "Steps before them, at least 1.", 1);
        Option<int?> workers = new("--workers") { Description = "Threads of the loader; as the library chooses without it." };
        var command = new Command("step", "Training steps of the trainer, on clips in memory.") { Network, Size, batch, batchNorm, Precision, Weights, Threads, workers, steps, warmUp };
        command.SetAction(parsed => new StepMeasurement(NetworkOf(parsed), new StepOptions(
            parsed.GetValue(batch), parsed.GetValue(batchNorm)!, parsed.GetValue(workers), parsed.GetValue(steps), parsed.GetValue(warmUp))).Run());
        return command;
    }

    public static Command Evaluate()
    {
        Option<string> folder = new("--folder") { Description = "Folder of <Class>/<video>.hdf5 or .avi.", Required = true };
        Option<int> videos = MeasureCommand.WithDefault("--videos", "The most videos of the folder, taken evenly over it.", 2);
        var command = new Command("evaluate", "Whole videos: every frame, or the full sequence.") { Network, Size, folder, videos, Precision, Weights, Threads };
        command.SetAction(parsed => new EvaluationMeasurement(NetworkOf(parsed), new VideoFolder(parsed.GetValue(folder)!, parsed.GetValue(videos))).Run());
        return command;
    }

    public static Command Matmul()
    {
        Option<int[]> sizes = new("--size")
        {
            Description = "Rows and columns of the matrices, any number of times; the fastest counts. Default: 1024, 2048 and 4096.",
            DefaultValueFactory = _ => [1024, 2048, 4096],
        };
        Option<int> rounds = MeasureCommand.WithDefault("--rounds", "Times to measure each; the median counts.", 7);
        var command = new Command("matmul", "What libtorch's product of square matrices reaches on this machine, as such or as a convolution of size 1.") { Precision, Threads, sizes, rounds };
        command.SetAction(parsed => MatmulMeasurement.Run(parsed.GetValue(Precision)!, parsed.GetValue(Threads), parsed.GetValue(sizes)!, parsed.GetValue(rounds)));
        return command;
    }

    private static MeasuredNetwork NetworkOf(ParseResult parsed) =>
        new(parsed.GetValue(Network)!, parsed.GetValue(Precision)!, parsed.GetValue(Weights), parsed.GetValue(Threads), parsed.GetValue(Size));

    private static Option<string> OneOf(Option<string> option, params string[] values) => option.AcceptOnlyFromAmong(values);
}
