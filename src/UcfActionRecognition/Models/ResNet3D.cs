using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace UcfActionRecognition;

/// <summary>
/// 3D ResNet of clips: <c>N x 3 x T x H x W</c> to <c>N x classes</c>, for any T, H and W, as the features are averaged over whatever
/// is left of time and space. Hara, Kataoka and Satoh, "Learning spatio-temporal features with 3D residual networks for action
/// recognition", 2017 (arXiv:1708.07632), and "Can spatiotemporal 3D CNNs retrace the history of 2D CNNs and ImageNet?", 2018
/// (arXiv:1711.09577); keys, shapes and initialisation are those of their code, kenshohara/3D-ResNets-PyTorch. Depths 10, 18, 34, 50,
/// 101, 152 and 200.
/// </summary>
/// <remarks>
/// The stem halves height and width, its pooling and each of <c>layer2</c> to <c>layer4</c> halve all three, rounding up: of 16
/// frames of 224x224, 1 x 7 x 7 is averaged.
/// </remarks>
public sealed class ResNet3D : ResNet
{
    private const int PoolSize = 3;
    private const int PoolStride = 2;

    private static readonly int[] Depths = [10, 18, 34, 50, 101, 152, 200];

    internal ResNet3D(int depth, IReadOnlyList<string> classes, ResNet3DOptions options)
        : base(
            NameOf(depth, options), depth, BlocksToBuild(depth, options), options.Shortcut, classes, options.ToInput(),
            Conv3d(3, 64, kernel_size: (7, 7, 7), stride: (1, 2, 2), padding: (3, 3, 3), bias: false))
    {
        Shortcut = options.Shortcut;
        Layer4Blocks = BlocksToBuild(depth, options)[3];
        TemporalField = FieldOfLayers();
    }

    /// <summary>How blocks that change size or channels pass their input on.</summary>
    public ShortcutType Shortcut { get; }

    /// <summary>The number of residual blocks in <c>layer4</c>; fewer than the depth has when it was truncated.</summary>
    public int Layer4Blocks { get; }

    /// <summary>Which frames the features before the average depend on.</summary>
    internal TemporalField TemporalField { get; }

    /// <summary>
    /// Bytes that one frame of a clip is counted with in a forward pass without autograd: the frame, what <c>conv1</c> makes of it and as much
    /// again for the layers that follow. Later layers have half of the frames or fewer. What the library below needs comes on top.
    /// </summary>
    public long ActivationBytesPerFrame
    {
        get
        {
            Convolution first = Convolutions.First;
            (long height, long width) = (Input.Size.Height, Input.Size.Width);
            long convolved = (height + 1) / 2 * ((width + 1) / 2) * first.out_channels;
            return ((3 * height * width) + (2 * convolved)) * first.weight.element_size();
        }
    }

    /// <summary>
    /// The average of the features over space and over some positions in time: with those of all parts of a video, weighted by their
    /// numbers of positions, a video can be classified that does not fit into memory at once.
    /// </summary>
    /// <param name="input">As for <see cref="ActionModel.forward"/>.</param>
    /// <param name="first">The first position.</param>
    /// <param name="count">The number of positions.</param>
    /// <returns><c>N x C</c>. The caller disposes it.</returns>
    internal Tensor AveragedFeatures(Tensor input, int first, int count)
    {
        CheckShape(input);
        using Tensor features = Features(Activations.Of(input, ClipsOfAPart(input.shape)));
        using Tensor kept = features.narrow(2, first, count);
        return Pool(kept);
    }

    /// <summary>Logits of averaged features.</summary>
    internal Tensor LogitsOf(Tensor averagedFeatures) => Classify(averagedFeatures);

    /// <summary>The depth and the options that an architecture's name stands for; <see langword="null"/> for any other name.</summary>
    internal static (int Depth, ResNet3DOptions Options)? FromName(string architecture)
    {
        foreach (int depth in Depths)
        {
            foreach (ShortcutType shortcut in Enum.GetValues<ShortcutType>())
            {
                for (int blocks = 1; blocks <= Blocks(depth, Depths)[3]; blocks++)
                {
                    var options = new ResNet3DOptions { Shortcut = shortcut, Layer4Blocks = blocks };
                    if (NameOf(depth, options) == architecture)
                    {
                        return (depth, options);
                    }
                }
            }
        }

        return null;
    }

    /// <summary>The architecture of weights with these residual blocks and shortcuts; <see langword="null"/> where there is none.</summary>
    internal static string? NameOf(int[] blocks, bool bottlenecks, ShortcutType shortcut) =>
        DepthOf(blocks, bottlenecks, Depths) is { } depth
            ? NameOf(depth, new ResNet3DOptions { Shortcut = shortcut, Layer4Blocks = blocks[3] })
            : null;

    // A block after the first of its stage has no downsample; apart from that its keys are those of the first, which is always built.
    internal override IEnumerable<string> KeysLeftOut()
    {
        const string First = "layer4.0.";
        string[] keys = [.. state_dict().Keys
            .Where(key => key.StartsWith(First, StringComparison.Ordinal) && !key.StartsWith($"{First}downsample.", StringComparison.Ordinal))
            .Select(key => key[First.Length..])];
        return Enumerable.Range(0, Blocks(Depth, Depths)[3]).Skip(Layer4Blocks).SelectMany(block => keys.Select(key => $"layer4.{block}.{key}"));
    }

    private protected override Tensor MaxPool(Tensor features) => functional.max_pool3d(
        features, [PoolSize, PoolSize, PoolSize], [PoolStride, PoolStride, PoolStride], [PoolSize / 2, PoolSize / 2, PoolSize / 2]);

    private protected override Tensor AveragePool(Tensor features) => functional.adaptive_avg_pool3d(features, 1);

    // The shortcuts do not widen it: their convolutions are of size 1.
    private TemporalField FieldOfLayers()
    {
        (Convolution first, IEnumerable<Convolution> branches) = Convolutions;
        TemporalField stem = After(TemporalField.OfFrames, first).After(PoolSize, PoolStride);
        return branches.Aggregate(stem, After);

        static TemporalField After(TemporalField field, Convolution convolution) =>
            field.After(convolution.kernel_size[0], convolution.stride[0]);
    }

    // What sets the network apart is in its name, so that a checkpoint of one is never taken for another's.
    private static string NameOf(int depth, ResNet3DOptions options)
    {
        int layer4 = BlocksToBuild(depth, options)[3];
        string shortcut = options.Shortcut == ShortcutType.B ? "" : $"-shortcut-{options.Shortcut}";
        string truncation = layer4 == Blocks(depth, Depths)[3] ? "" : $"-layer4-blocks-{layer4}";
        return $"resnet3d{depth}{shortcut}{truncation}";
    }

    private static int[] BlocksToBuild(int depth, ResNet3DOptions options)
    {
        int[] whole = Blocks(depth, Depths);
        int layer4 = options.Layer4Blocks ?? whole[3];
        OptionCheck.InRange(layer4, 1, whole[3], nameof(ResNet3DOptions.Layer4Blocks));
        return [.. whole[..3], layer4];
    }
}
