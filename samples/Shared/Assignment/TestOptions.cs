using System.CommandLine;

namespace UcfActionRecognition.Samples.Assignment;

/// <summary>The options that say what whole videos are tested on.</summary>
internal static class TestOptions
{
    private static readonly Option<TestClips> Test = new("--test")
    {
        Description = "What whole videos are tested on: the recipe's choice, one random or centre clip, windows side by side (of a model of frames: every frame), "
            + "uniform clips, or the full sequence.",
        Recursive = true,
    };

    private static readonly Option<int?> WindowStride = new("--window-stride")
    {
        Description = "With --test windows: frames from one window to the next, 1 for every subsequence. Default: side by side.",
        Recursive = true,
    };

    private static readonly Option<int?> UniformCount = new("--test-clips")
    {
        Description = "With --test uniform: clips of a video. Default: 10, of frames 25.",
        Recursive = true,
    };

    private static readonly Option<TestCropLayout?> Crops = CropsOption.Create("the recipe's");

    public static IReadOnlyList<Option> All => [Test, WindowStride, UniformCount, Crops];

    /// <summary>What makes the clips, from the model's clip length; <see langword="null"/> for the recipe's.</summary>
    /// <exception cref="ArgumentException">Options do not go together, or are out of range.</exception>
    public static Func<int, IClipSampler>? ClipsOf(ParseResult parsed)
    {
        TestClips clips = parsed.GetValue(Test);
        int? stride = parsed.GetValue(WindowStride);
        int? count = parsed.GetValue(UniformCount);
        if (stride is not null && clips is not (TestClips.Windows or TestClips.Recipe))
        {
            throw new ArgumentException(clips == TestClips.Full
                ? "--window-stride goes with --test windows; a full sequence has no windows."
                : "--window-stride goes with --test windows.");
        }

        if (count is not null && clips != TestClips.Uniform)
        {
            throw new ArgumentException("--test-clips goes with --test uniform.");
        }

        if (stride < 1 || count < 1)
        {
            throw new ArgumentException($"{(stride < 1 ? "--window-stride" : "--test-clips")} is 1 or more.");
        }

        return clips switch
        {
            TestClips.Random => length => new RandomClip(length),
            TestClips.Center => length => new CenterClip(length),
            TestClips.Windows => length => new SlidingWindow(length, stride ?? length),
            TestClips.Uniform => length => new UniformClips(count ?? (length == 1 ? 25 : 10), length),
            TestClips.Full => length => new FullSequence(length),
            _ => stride is { } frames ? length => new SlidingWindow(length, frames) : null,
        };
    }

    /// <summary>The regions of test frames; <see langword="null"/> for the recipe's.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="unit">What the model takes one of: <c>frame</c> or <c>clip</c>.</param>
    public static TestCrops? CropsOf(ParseResult parsed, string unit) =>
        CropsOption.Get(parsed, Crops, unit == "frame");
}
