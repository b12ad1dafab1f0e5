using System.CommandLine;
using UcfActionRecognition.Samples.Assignment;

namespace UcfActionRecognition.Samples.Part2;

/// <summary>Part 2: clips.</summary>
internal sealed class Part2Command() : AssignmentCommand(
    depths: "10, 18, 34, 50, 101, 152 or 200", keys: "kenshohara/3D-ResNets-PyTorch", example: "resnet-50-kinetics", unit: "clip",
    batchSize: Recipe.Sequence.Assignment.Loading.BatchSize, output: "output/part2")
{
    private static readonly Option<int?> ClipLength = new("--clip-length")
    {
        Description = "Frames of a clip, 2 or more. Default: the recipe's, 16.",
        Recursive = true,
    };

    private static readonly Option<int?> Layer4Blocks = new("--layer4-blocks")
    {
        Description = "Residual blocks of layer4 that are built, 1 to as many as the depth has. Default: the recipe's, 1.",
        Recursive = true,
    };

    private static readonly Option<ShortcutType?> Shortcut = new("--shortcut")
    {
        Description = "Shortcuts of the residual blocks, as the weights have them: A or B. Default: the recipe's, B.",
        Recursive = true,
    };

    private static readonly Option<TestClips> Test = new("--test")
    {
        Description = "What whole videos are tested on: windows of the clip length, or the full sequence.",
        DefaultValueFactory = _ => TestClips.Windows,
        Recursive = true,
    };

    private static readonly Option<int?> WindowStride = new("--window-stride")
    {
        Description = "Frames from one window to the next, 1 for every subsequence. Default: the clip length, side by side.",
        Recursive = true,
    };

    protected override IReadOnlyList<Option> OwnOptions => [ClipLength, Layer4Blocks, Shortcut, Test, WindowStride];

    protected override Recipe FindRecipe(string name) => name switch
    {
        "assignment" => Recipe.Sequence.Assignment,
        _ => throw new ArgumentException($"There is no recipe '{name}'. Recipes: assignment."),
    };

    protected override AssignmentOptions WithOwnOptions(AssignmentOptions options, ParseResult parsed)
    {
        var network = (ResNet3DOptions)options.Recipe.Network;
        Recipe recipe = options.Recipe with
        {
            Network = network with
            {
                Layer4Blocks = parsed.GetValue(Layer4Blocks) ?? network.Layer4Blocks,
                Shortcut = parsed.GetValue(Shortcut) ?? network.Shortcut,
            },
        };
        return (options with { Recipe = WithClipLength(recipe, parsed.GetValue(ClipLength)), TestClips = Sampler(parsed) })
            .Checking("--clip-length", parsed.GetValue(ClipLength), model => model.Input.ClipLength)
            .Checking("--layer4-blocks", parsed.GetValue(Layer4Blocks), model => ((ResNet3D)model).Layer4Blocks)
            .Checking("--shortcut", parsed.GetValue(Shortcut), model => ((ResNet3D)model).Shortcut);
    }

    private static Recipe WithClipLength(Recipe recipe, int? clipLength) => clipLength switch
    {
        null => recipe,
        < 2 => throw new ArgumentException("--clip-length is 2 or more."),
        { } length => recipe with
        {
            Network = (ResNet3DOptions)recipe.Network with { ClipLength = length },
            TrainingSampler = new RandomClip(length),
            TestSampler = new RandomClip(length),
        },
    };

    private static Func<int, IClipSampler> Sampler(ParseResult parsed) => (parsed.GetValue(Test), parsed.GetValue(WindowStride)) switch
    {
        (TestClips.Full, null) => clipLength => new FullSequence(clipLength),
        (TestClips.Full, _) => throw new ArgumentException("--window-stride goes with --test windows; a full sequence has no windows."),
        (_, < 1) => throw new ArgumentException("--window-stride is 1 or more."),
        (_, var stride) => clipLength => new SlidingWindow(clipLength, stride ?? clipLength),
    };
}
