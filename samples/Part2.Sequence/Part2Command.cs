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
        Description = "Residual blocks of layer4 that are built, 1 to as many as the depth has. Default: the recipe's; of assignment 1.",
        Recursive = true,
    };

    private static readonly Option<ShortcutType?> Shortcut = new("--shortcut")
    {
        Description = "Shortcuts of the residual blocks, as the weights have them: A or B. Default: the recipe's, B.",
        Recursive = true,
    };

    protected override IReadOnlyList<Option> OwnOptions => [ClipLength, Layer4Blocks, Shortcut];

    protected override IReadOnlyList<Recipe> Recipes => [Recipe.Sequence.Assignment, Recipe.Sequence.Recommended];

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
        return (options with { Recipe = WithClipLength(recipe, parsed.GetValue(ClipLength)) })
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
            TrainingSampler = OfLength(recipe.TrainingSampler, length),
            TestSampler = OfLength(recipe.TestSampler, length),
            Evaluation = recipe.Evaluation with { Sampler = recipe.Evaluation.Sampler is { } sampler ? OfLength(sampler, length) : null },
        },
    };

    private static IClipSampler OfLength(IClipSampler sampler, int length) => sampler switch
    {
        CenterClip => new CenterClip(length),
        UniformClips uniform => new UniformClips(uniform.Count, length),
        RandomSegments segments => new RandomSegments(segments.Count, length),
        SlidingWindow { Length: var window, Stride: var stride } => new SlidingWindow(length, stride == window ? length : stride),
        FullSequence => new FullSequence(length),
        _ => new RandomClip(length),
    };
}
