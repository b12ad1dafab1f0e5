using System.CommandLine;

namespace UcfActionRecognition.Samples.Classify;

/// <summary>The command line: <c>--checkpoint FILE PATH... [--format table|json|csv] [--top N] [--timeline] [--window-stride N] [--plot FILE] [--crops C] [--device D]</c>.</summary>
internal static class ClassifyCommand
{
    private static readonly Argument<string[]> Paths = new("path")
    {
        Description = "Video files of any format that ffmpeg reads, folders of them (with all folders below), or - for a video from standard input.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string> Checkpoint = new("--checkpoint")
    {
        Description = "The model: a checkpoint-last.safetensors or checkpoint-best.safetensors of a training.",
        Required = true,
    };

    private static readonly Option<string> Format = new("--format")
    {
        Description = "table, for reading. json: an object on each line. csv: a row for each class. Both are written as the results come.",
        DefaultValueFactory = _ => "table",
    };

    private static readonly Option<int> Top = new("--top")
    {
        Description = "Classes of a video, the most probable first.",
        DefaultValueFactory = _ => 5,
    };

    private static readonly Option<bool> Timeline = new("--timeline")
    {
        Description = "Which action when: in the table as segments of one class, in JSON and CSV each window.",
    };

    private static readonly Option<int?> WindowLength = new("--window")
    {
        Description = "Frames of a window, for models of single frames. Default: 16; models of clips take their clip length.",
    };

    private static readonly Option<int?> WindowStride = new("--window-stride")
    {
        Description = "Frames from the start of one window to that of the next. Default: side by side. Windows of models of clips are also what a video's score is the mean of.",
    };

    private static readonly Option<string?> Plot = new("--plot")
    {
        Description = "PNG file that receives a picture of the timeline of one video.",
    };

    private static readonly Option<TestCropLayout?> Crops = CropsOption.Create("what the checkpoint's recipe tests on");

    private static readonly Option<string> DeviceName = DeviceOption.Create();

    public static RootCommand Create()
    {
        var root = new RootCommand("Says which actions are in videos, and when. Ends with 1 where a video could not be read; the others are done all the same.")
        {
            Paths, Checkpoint, Format, Top, Timeline, WindowLength, WindowStride, Plot, Crops, DeviceName,
        };
        root.SetAction(Run);
        Format.AcceptOnlyFromAmong("table", "json", "csv");
        return root;
    }

    private static int Run(ParseResult parsed)
    {
        int top = parsed.GetValue(Top);
        if (top < 1)
        {
            throw new ArgumentException("--top is 1 or more.");
        }

        IReadOnlyList<string> videos = VideoPaths.Find(parsed.GetValue(Paths)!);
        string? plot = parsed.GetValue(Plot);
        if (plot is not null && videos.Count != 1)
        {
            throw new ArgumentException($"--plot draws one video; {videos.Count} were given.");
        }

        string checkpoint = parsed.GetValue(Checkpoint)!;
        bool singleFrames = ModelCheckpoint.ReadInfo(checkpoint).Input.ClipLength == 1;
        var options = new VideoClassifierOptions
        {
            WindowLength = parsed.GetValue(WindowLength),
            WindowStride = parsed.GetValue(WindowStride),
            Crops = CropsOption.Get(parsed, Crops, singleFrames),
        };
        using VideoClassifier classifier = VideoClassifier.FromCheckpoint(checkpoint, options, DeviceOption.Find(parsed.GetValue(DeviceName)!, () => "cuda"));
        using IResultWriter results = Writer(parsed.GetValue(Format)!, top, parsed.GetValue(Timeline));
        return new ClassifyRun(classifier, results, plot).Run(videos) ? 0 : 1;
    }

    private static IResultWriter Writer(string format, int top, bool timeline) => format switch
    {
        "json" => new JsonResults(top, timeline),
        "csv" => new CsvResults(top, timeline),
        _ => new TableResults(top, timeline),
    };
}
