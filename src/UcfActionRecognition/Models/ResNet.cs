using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace UcfActionRecognition;

/// <summary>
/// A residual network (He et al., "Deep Residual Learning for Image Recognition", 2015, arXiv:1512.03385): a convolution, four stages
/// of residual blocks (<c>layer1</c> to <c>layer4</c>), an average over what is left of time and space, and a linear classifier
/// (<c>fc</c>). <see cref="ResNet2D"/> is the one of single frames, <see cref="ResNet3D"/> the one of clips.
/// </summary>
public abstract class ResNet : ActionModel
{
    private const int FirstOfBottlenecks = 50;

    // Residual blocks of the four stages.
    private static readonly Dictionary<int, int[]> BlocksOfDepth = new()
    {
        [10] = [1, 1, 1, 1],
        [18] = [2, 2, 2, 2],
        [34] = [3, 4, 6, 3],
        [50] = [3, 4, 6, 3],
        [101] = [3, 4, 23, 3],
        [152] = [3, 8, 36, 3],
        [200] = [3, 24, 36, 3],
    };

    [ComponentName(Name = "conv1")]
    private readonly Convolution _conv1;

    [ComponentName(Name = "bn1")]
    private readonly BatchNormLayer _bn1;

    [ComponentName(Name = "layer1")]
    private readonly Sequential _layer1;

    [ComponentName(Name = "layer2")]
    private readonly Sequential _layer2;

    [ComponentName(Name = "layer3")]
    private readonly Sequential _layer3;

    [ComponentName(Name = "layer4")]
    private readonly Sequential _layer4;

    [ComponentName(Name = "fc")]
    private readonly Linear _fc;

    // The same blocks as in the four stages, in the order of the forward pass.
    private readonly ResidualBlock[] _blocks;

    /// <summary>Builds the network; <paramref name="conv1"/> says whether of frames or of clips.</summary>
    private protected ResNet(
        string architecture, int depth, int[] blocks, ShortcutType shortcut, IReadOnlyList<string> classes, InputSpec input, Convolution conv1)
        : base(architecture, classes, input)
    {
        Depth = depth;
        int dimensions = (int)conv1.weight.ndim;
        int channels = (int)conv1.out_channels;
        _conv1 = conv1;
        _bn1 = new BatchNormLayer(channels, dimensions);
        _layer1 = Stage(64, blocks[0], stride: 1);
        _layer2 = Stage(128, blocks[1], stride: 2);
        _layer3 = Stage(256, blocks[2], stride: 2);
        _layer4 = Stage(512, blocks[3], stride: 2);
        _fc = Linear(channels, Classes.Count);
        RegisterComponents();

        _blocks = [.. new[] { _layer1, _layer2, _layer3, _layer4 }.SelectMany(stage => stage.children()).Cast<ResidualBlock>()];

        Sequential Stage(int width, int count, int stride)
        {
            var stage = Sequential();
            for (int i = 0; i < count; i++)
            {
                var place = new BlockPlace(channels, i == 0 ? stride : 1, shortcut, dimensions);
                ResidualBlock block = depth >= FirstOfBottlenecks ? new Bottleneck(place, width) : new BasicBlock(place, width);
                stage.append(block);
                channels = block.OutputChannels;
            }

            return stage;
        }
    }

    /// <summary>The number of weighted layers of the whole network, for example 50.</summary>
    public int Depth { get; }

    /// <summary>What the frozen layers compute in; <see cref="Precision.Float32"/> unless the options said otherwise.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is set to a value that is not one of <see cref="UcfActionRecognition.Precision"/>.</exception>
    public Precision Precision
    {
        get;
        set => field = Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The precision is not one of Precision.");
    }

    /// <summary>
    /// Bytes of the largest activations of a part of a batch (see <see cref="Features"/>), which with what a layer makes of them is to fit into
    /// the last cache. Measured: docs/decisions/0020-frozen-layers-in-parts.md.
    /// </summary>
    internal long PartBytes { get; set; } = 24 << 20;

    /// <summary>Residual blocks of the four stages of a whole network.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="depth"/> is not one of <paramref name="depths"/>.</exception>
    private protected static int[] Blocks(int depth, int[] depths) => depths.Contains(depth)
        ? BlocksOfDepth[depth]
        : throw new ArgumentOutOfRangeException(nameof(depth), depth, $"The depth is {string.Join(", ", depths[..^1])} or {depths[^1]}.");

    /// <summary>
    /// Compares what reaches the first BatchNorm from some videos (the middle clips of 32 videos, or of 8 for a model of clips, spread over
    /// the list) with its running statistics: whether the normalisation brings the frames to the scale that the weights were trained on.
    /// Takes seconds at most; changes nothing.
    /// </summary>
    /// <param name="source">Opens the videos.</param>
    /// <param name="videos">The videos to choose from; those that cannot be read are passed over.</param>
    /// <param name="cancel">Ends the check early.</param>
    /// <returns>What was found; <see langword="null"/> where the BatchNorm has no statistics yet, or no video could be read.</returns>
    /// <exception cref="ActionRecognitionException">The source failed, other than by an unreadable video.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public InputCheck? CheckInput(IVideoClipSource source, IReadOnlyList<LabeledVideo> videos, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(videos);
        if (videos.Count == 0 || InputStatistics.AreUntouched(_bn1))
        {
            return null;
        }

        int most = Math.Min(videos.Count, Input.ClipLength == 1 ? 32 : 8);
        LabeledVideo[] some = [.. Enumerable.Range(0, most).Select(i => videos[(int)((long)i * videos.Count / most)])];
        using var loader = new ClipLoader(
            some, source, new CenterClip(Input.ClipLength), AugmentationPipeline.Create().Resize(Input.Size),
            new ClipLoaderOptions { BatchSize = Math.Max(16 / Input.ClipLength, 1), Shuffle = false });
        var seen = new InputStatistics();
        int read = 0;
        using var input = new ModelInput(this);
        foreach (ClipBatch batch in loader.ReadEpochWithGaps(epoch: 0, cancel))
        {
            using (batch)
            using (no_grad())
            using (NewDisposeScope())
            {
                if (batch.Videos.Count > 0)
                {
                    seen.Add(_conv1.call(input.Prepare(batch.Frames).to(_conv1.weight.dtype)));
                    read += batch.Videos.Count;
                }
            }
        }

        if (read == 0)
        {
            return null;
        }

        (double scale, double shift) = seen.Against(_bn1);
        return new InputCheck(scale, shift, read, Input.Normalization, BatchNorm);
    }

    /// <summary>The depth of a network with these residual blocks in its stages, of which the last may be truncated.</summary>
    private protected static int? DepthOf(int[] blocks, bool bottlenecks, int[] depths) => depths
        .Where(depth => bottlenecks == (depth >= FirstOfBottlenecks)
            && BlocksOfDepth[depth].Take(3).SequenceEqual(blocks.Take(3))
            && blocks[3] >= 1 && blocks[3] <= BlocksOfDepth[depth][3])
        .Cast<int?>()
        .SingleOrDefault();

    /// <inheritdoc/>
    protected override IReadOnlyList<string> TrainedPrefixes(FineTuneScope scope) => scope switch
    {
        FineTuneScope.All => [""],
        FineTuneScope.LastStage => ["layer4.", "fc."],
        FineTuneScope.LastBlock => [$"layer4.{_layer4.Count - 1}.", "fc."],
        FineTuneScope.Head => ["fc."],
        _ => throw new ArgumentOutOfRangeException(nameof(scope), scope, "The scope is not one of FineTuneScope."),
    };

    /// <inheritdoc/>
    protected override Tensor Logits(Tensor input) => LogitsOf(Activations.Of(input, ClipsOfAPart(input.shape)));

    /// <inheritdoc/>
    internal override Tensor LogitsOf(ModelInput input, Tensor frames)
    {
        using var scope = NewDisposeScope();
        Tensor logits = LogitsOf(input.PrepareInParts(frames, ClipsOfAPart));
        GC.KeepAlive(frames);
        GC.KeepAlive(this);
        return logits.MoveToOuterDisposeScope();
    }

    private Tensor LogitsOf(Activations input)
    {
        using Tensor features = Features(input);
        using Tensor pooled = Pool(features);
        return Classify(pooled);
    }

    /// <summary>The first convolution, and those of the residual branches in the order of the forward pass.</summary>
    private protected (Convolution First, IEnumerable<Convolution> Branches) Convolutions =>
        (_conv1, _blocks.SelectMany(block => block.children().OfType<Convolution>()));

    /// <summary>The average of features over all positions, <c>N x C</c>.</summary>
    private protected Tensor Pool(Tensor features)
    {
        using Tensor pooled = AveragePool(features);
        return pooled.flatten(1);
    }

    /// <summary>
    /// Draws the weights: convolutions from a normal distribution by their fan-out (He et al. 2015, as torchvision and 3D-ResNets-PyTorch do), the classifier from the
    /// uniform one of PyTorch's linear layers.
    /// </summary>
    /// <param name="generator">Draws; <see langword="null"/> for the CPU's global one.</param>
    internal void Initialize(Generator? generator)
    {
        // The functions of torch.nn.init take a generator and do not use it.
        using var untracked = no_grad();
        foreach (Convolution convolution in modules().OfType<Convolution>())
        {
            long fanOut = convolution.weight.numel() / convolution.weight.shape[1];
            convolution.weight.normal_(0, Math.Sqrt(2.0 / fanOut), generator);
        }

        double bound = 1 / Math.Sqrt(_fc.in_features);
        _fc.weight.uniform_(-bound, bound, generator);
        _fc.bias!.uniform_(-bound, bound, generator);
    }

    /// <summary>Logits of averaged features.</summary>
    private protected Tensor Classify(Tensor pooled) => _fc.call(pooled);

    /// <summary>Max pooling of size 3, stride 2 and padding 1 in all dimensions.</summary>
    private protected abstract Tensor MaxPool(Tensor features);

    /// <summary>The average over all positions, kept as dimensions of length 1.</summary>
    private protected abstract Tensor AveragePool(Tensor features);

    /// <summary>The features that are averaged, <c>N x C x (T' x) H' x W'</c>, in the parameters' type.</summary>
    /// <remarks>
    /// What is frozen at the start runs without autograd, in parts that stay in the processor's cache, and in bfloat16 where
    /// <see cref="Precision"/> says so. Each part goes as soon as the next layer has it: without a graph that holds on to it, that is most
    /// of the memory of a forward pass.
    /// </remarks>
    private protected Tensor Features(Activations input)
    {
        using var scope = NewDisposeScope();
        int frozen = FrozenLayers();
        bool records = is_grad_enabled();
        Activations values;
        using (no_grad())
        {
            values = Through(input.To(InputType), 0, frozen).To(_conv1.weight.dtype);
            if (records && frozen > 0)
            {
                // The layers that follow record what they are asked for; this is not to be part of it.
                values = Activations.Of(values.Join());
            }
        }

        return Through(values, frozen, 1 + _blocks.Length).Join().MoveToOuterDisposeScope();
    }

    /// <summary>Sends activations through the layers from one to before another; layer 0 is the stem, the others are the blocks.</summary>
    private Activations Through(Activations values, int from, int to)
    {
        for (int layer = from; layer < to; layer++)
        {
            values = layer == 0 ? Stem.ApplyAndPool(values, MaxPool) : _blocks[layer - 1].Apply(values);
        }

        return values;
    }

    /// <summary>The first convolution and its BatchNorm.</summary>
    internal ConvolutionNorm Stem => new(_conv1, _bn1);

    /// <summary>The residual blocks in the order of the forward pass.</summary>
    internal IReadOnlyList<ResidualBlock> ResidualBlocks => _blocks;

    /// <summary>How many layers at the start have no parameter that is trained.</summary>
    private int FrozenLayers() => IsFrozen(_conv1) && IsFrozen(_bn1) ? 1 + _blocks.TakeWhile(IsFrozen).Count() : 0;

    /// <inheritdoc/>
    internal override ScalarType InputType => FrozenLayers() > 0 ? BackboneType : _conv1.weight.dtype;

    private ScalarType BackboneType =>
        Precision == Precision.BFloat16Backbone && _conv1.weight.dtype == ScalarType.Float32 ? ScalarType.BFloat16 : _conv1.weight.dtype;

    // By what the first convolution makes of a clip, which is as large as activations get. Other processors than the CPU and other
    // types, whose BatchNorms take a batch at once, get it whole, and so does autograd.
    private protected long ClipsOfAPart(long[] shape)
    {
        if (!_bn1.CanScale(InputType) || (is_grad_enabled() && FrozenLayers() == 0))
        {
            return shape[0];
        }

        long bytes = _conv1.out_channels * (InputType == ScalarType.BFloat16 ? sizeof(ushort) : sizeof(float));
        for (int dimension = 2; dimension < shape.Length; dimension++)
        {
            bytes *= (shape[dimension] + _conv1.stride[dimension - 2] - 1) / _conv1.stride[dimension - 2];
        }

        // libtorch takes other, slower convolutions where a part is a single clip.
        return Math.Max(PartBytes / bytes, 2);
    }

    private static bool IsFrozen(Module layers) => layers.parameters().All(parameter => !parameter.requires_grad);
}
