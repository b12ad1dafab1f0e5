using System.CommandLine;

namespace UcfActionRecognition.Benchmarks;

/// <summary>The command line of <c>measure</c>: each verb measures one thing and prints a line of JSON.</summary>
internal static class MeasureCommand
{
    private static readonly Option<string> Folder = new("--folder")
    {
        Description = "Folder of <Class>/<video>.hdf5 or .avi: UCF-101-hdf5, UCF-101 or another form of the videos.",
        Required = true,
    };

    private static readonly Option<string> Root = new("--root") { Description = "Folder of UCF-101-hdf5/ or UCF-101/ and ucfTrainTestlist/.", Required = true };

    private static readonly Option<int> Videos = WithDefault("--videos", "The most videos of the folder, taken evenly over it.", VideoFolder.DefaultMost);

    private static readonly Option<int> Rounds = WithDefault("--rounds", "Times to measure; the median counts.", 7);

    public static int Run(string[] arguments)
    {
        var root = new RootCommand("Measures one thing and prints a line of JSON. docs/performance.md says what is measured and how.")
        {
            Loader(), Resampler(), Bandwidth(), Opening(), Evict(), Generate(), EngineCommands.Step(), EngineCommands.Evaluate(), EngineCommands.Matmul(),
        };
        try
        {
            return root.Parse(arguments).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (Exception error) when (error is ActionRecognitionException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"Error: {error.Message}");
            return 1;
        }
    }

    private static Command Loader()
    {
        Option<int> workers = WithDefault("--workers", "Threads that load.", 2);
        Option<int> frames = WithDefault("--frames", "Frames of a clip; 1 for single frames.", 16);
        Option<int> batch = WithDefault("--batch", "Clips of a batch.", 32);
        Option<int> prefetch = WithDefault("--prefetch", "Batches made ahead.", 2);
        Option<double> seconds = WithDefault("--seconds", "How long to measure, after the first batches.", 5.0);
        Option<int?> batches = new("--batches") { Description = "So many batches in place of --seconds." };
        Option<int> warmUp = WithDefault("--warm-up", "Batches before the clock starts.", 4);
        Option<bool> cold = new("--cold") { Description = "Evict the files from the page cache first, and read each video once." };
        Option<bool> input = new("--input") { Description = "Turn each batch into a model's float32 input, too." };
        var command = new Command("loader", "The loader end to end.") { Folder, Videos, workers, frames, batch, prefetch, seconds, batches, warmUp, cold, input };
        command.SetAction(parsed => new LoaderMeasurement(new LoaderOptions(
            parsed.GetValue(Folder)!, parsed.GetValue(Videos), parsed.GetValue(workers), parsed.GetValue(frames), parsed.GetValue(batch),
            parsed.GetValue(prefetch), parsed.GetValue(seconds), parsed.GetValue(batches), parsed.GetValue(warmUp), parsed.GetValue(cold), parsed.GetValue(input))).Run());
        return command;
    }

    private static Command Resampler()
    {
        Option<int> repeat = WithDefault("--repeat", "Passes over the 16 frames, per crop and round.", 4);
        var command = new Command("resampler", "Crop and resize on one thread.") { Folder, Rounds, repeat };
        command.SetAction(parsed => new ResamplerMeasurement(new VideoFolder(parsed.GetValue(Folder)!)).Run(parsed.GetValue(Rounds), parsed.GetValue(repeat)));
        return command;
    }

    private static Command Bandwidth()
    {
        Option<int> threads = WithDefault("--threads", "Threads that copy at the same time.", 2);
        Option<int> megabytes = WithDefault("--megabytes", "Size of each buffer, in MiB; two for each thread.", 256);
        var command = new Command("bandwidth", "The memory's bandwidth in a copy.") { threads, megabytes, Rounds };
        command.SetAction(parsed => BandwidthMeasurement.Run(parsed.GetValue(threads), parsed.GetValue(megabytes), parsed.GetValue(Rounds)));
        return command;
    }

    private static Command Opening()
    {
        var command = new Command("open", "Loading the lists and opening the source.") { Root, Rounds };
        command.SetAction(parsed => OpeningMeasurement.Run(parsed.GetValue(Root)!, parsed.GetValue(Rounds)));
        return command;
    }

    private static Command Evict()
    {
        var command = new Command("evict", "Puts a folder's files out of the page cache.") { Folder, Videos };
        command.SetAction(parsed =>
        {
            var folder = new VideoFolder(parsed.GetValue(Folder)!, parsed.GetValue(Videos));
            double before = PageCache.CachedShare(folder.Files);
            PageCache.Evict(folder.Files);
            JsonLine.Print(new { Measure = "evict", Files = folder.Files.Count, CachedBefore = before, CachedAfter = PageCache.CachedShare(folder.Files) });
        });
        return command;
    }

    private static Command Generate()
    {
        Option<int> videos = WithDefault("--videos", "How many.", 64);
        Option<int> frames = WithDefault("--frames", "Frames of each.", 120);
        Option<int> width = WithDefault("--width", "Width of the frames.", 320);
        Option<int> height = WithDefault("--height", "Height of the frames.", 240);
        Option<string[]> forms = new("--form")
        {
            Description = $"{VideoFolders.Raw}, {VideoFolders.FrameChunks}, {VideoFolders.H5pyChunks}, {VideoFolders.Compact} or {VideoFolders.Avi}, which needs ffmpeg; any number of times.",
            DefaultValueFactory = _ => [VideoFolders.Raw],
        };
        var command = new Command("generate", "Writes moving pictures in the layout of UCF-101.") { Root, videos, frames, width, height, forms };
        command.SetAction(parsed =>
        {
            var generated = new GeneratedVideos(
                parsed.GetValue(Root)!, parsed.GetValue(videos), parsed.GetValue(frames), new FrameSize(parsed.GetValue(height), parsed.GetValue(width)));
            foreach (string form in parsed.GetValue(forms)!)
            {
                generated.Write(form);
            }
        });
        return command;
    }

    /// <summary>An option whose description names its default.</summary>
    internal static Option<T> WithDefault<T>(string name, string description, T value) =>
        new(name) { Description = $"{description} Default: {value}.", DefaultValueFactory = _ => value };
}
