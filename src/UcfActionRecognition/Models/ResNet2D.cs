using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace UcfActionRecognition;

/// <summary>
/// ResNet of single frames: <c>N x 3 x H x W</c> to <c>N x classes</c>. He et al., "Deep Residual Learning for Image Recognition",
/// 2015 (arXiv:1512.03385), in torchvision's version 1.5, whose bottlenecks have their stride in the 3x3 convolution; keys,
/// shapes and initialisation are those of torchvision's <c>models/resnet.py</c>.
/// </summary>
public sealed class ResNet2D : ActionModel
{
    // Residual blocks of the four stages; from depth 50 on they are bottlenecks.
    private static readonly Dictionary<int, int[]> BlocksOfDepth = new()
    {
        [18] = [2, 2, 2, 2],
        [34] = [3, 4, 6, 3],
        [50] = [3, 4, 6, 3],
        [101] = [3, 4, 23, 3],
        [152] = [3, 8, 36, 3],
    };

    [ComponentName(Name = "conv1")]
    private readonly Conv2d _conv1;

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
    private readonly Module<Tensor, Tensor>[] _blocks;

    internal ResNet2D(int depth, IReadOnlyList<string> classes, InputSpec input)
        : base($"resnet{depth}", classes, input)
    {
        if (!BlocksOfDepth.TryGetValue(depth, out int[]? blocks))
        {
            throw new ArgumentOutOfRangeException(nameof(depth), depth, "A ResNet has depth 18, 34, 50, 101 or 152.");
        }

        Depth = depth;
        bool bottleneck = depth >= 50;
        int channels = 64;
        _conv1 = Conv2d(3, channels, kernel_size: 7, stride: 2, padding: 3, bias: false);
        _bn1 = new BatchNormLayer(channels, dimensions: 4);
        _layer1 = Stage(64, blocks[0], stride: 1);
        _layer2 = Stage(128, blocks[1], stride: 2);
        _layer3 = Stage(256, blocks[2], stride: 2);
        _layer4 = Stage(512, blocks[3], stride: 2);
        _fc = Linear(channels, Classes.Count);
        RegisterComponents();

        _blocks = [.. new[] { _layer1, _layer2, _layer3, _layer4 }.SelectMany(stage => stage.children()).Cast<Module<Tensor, Tensor>>()];
        foreach (Conv2d convolution in modules().OfType<Conv2d>())
        {
            init.kaiming_normal_(convolution.weight, mode: init.FanInOut.FanOut, nonlinearity: init.NonlinearityType.ReLU);
        }

        Sequential Stage(int width, int count, int stride)
        {
            var stage = Sequential();
            for (int i = 0; i < count; i++)
            {
                Residual block = bottleneck
                    ? new Bottleneck(channels, width, i == 0 ? stride : 1)
                    : new BasicBlock(channels, width, i == 0 ? stride : 1);
                stage.append(block);
                channels = block.OutputChannels;
            }

            return stage;
        }
    }

    /// <summary>The number of weighted layers: 18, 34, 50, 101 or 152.</summary>
    public int Depth { get; }

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
    protected override Tensor Logits(Tensor input)
    {
        using Tensor features = Features(input);
        using Tensor pooled = functional.adaptive_avg_pool2d(features, 1);
        using Tensor flat = pooled.flatten(1);
        return _fc.call(flat);
    }

    // The frozen blocks at the start run without autograd. Each block's input goes as soon as its output is there: without a graph
    // that holds on to it, that is most of the memory of a forward pass.
    private Tensor Features(Tensor frames)
    {
        int frozen = IsFrozen(_conv1) && IsFrozen(_bn1) ? 1 + _blocks.TakeWhile(IsFrozen).Count() : 0;
        Tensor features = Step(0, Stem, frames);
        for (int i = 0; i < _blocks.Length; i++)
        {
            using Tensor last = features;
            features = Step(i + 1, _blocks[i].call, last);
        }

        return features;

        Tensor Step(int index, Func<Tensor, Tensor> layers, Tensor input)
        {
            using var mode = index < frozen ? no_grad() : null;
            return layers(input);
        }
    }

    private Tensor Stem(Tensor frames)
    {
        using Tensor convolved = Normalized(_conv1, _bn1, frames).relu_();
        return functional.max_pool2d(convolved, kernel_size: 3, stride: 2, padding: 1);
    }

    private static bool IsFrozen(Module layers) => layers.parameters().All(parameter => !parameter.requires_grad);

    private static Tensor Normalized(Conv2d convolution, BatchNormLayer norm, Tensor input)
    {
        using Tensor convolved = convolution.call(input);
        return norm.call(convolved);
    }

    private static Conv2d Convolution(int from, int to, int size, int stride = 1) =>
        Conv2d(from, to, kernel_size: size, stride: stride, padding: size / 2, bias: false);

    /// <summary>relu(branch(x) + shortcut(x)).</summary>
    private abstract class Residual : Module<Tensor, Tensor>
    {
        [ComponentName(Name = "downsample")]
        private readonly Sequential? _downsample;

        protected Residual(string name, int from, int to, int stride)
            : base(name)
        {
            OutputChannels = to;
            _downsample = stride == 1 && from == to
                ? null
                : Sequential(Convolution(from, to, 1, stride), new BatchNormLayer(to, dimensions: 4));
        }

        public int OutputChannels { get; }

        public sealed override Tensor forward(Tensor input)
        {
            using Tensor shortcut = _downsample?.call(input) ?? input.alias();
            return Branch(input).add_(shortcut, Scalars.One).relu_();
        }

        protected abstract Tensor Branch(Tensor input);
    }

    private sealed class BasicBlock : Residual
    {
        [ComponentName(Name = "conv1")]
        private readonly Conv2d _conv1;

        [ComponentName(Name = "bn1")]
        private readonly BatchNormLayer _bn1;

        [ComponentName(Name = "conv2")]
        private readonly Conv2d _conv2;

        [ComponentName(Name = "bn2")]
        private readonly BatchNormLayer _bn2;

        public BasicBlock(int from, int width, int stride)
            : base(nameof(BasicBlock), from, width, stride)
        {
            _conv1 = Convolution(from, width, 3, stride);
            _bn1 = new BatchNormLayer(width, dimensions: 4);
            _conv2 = Convolution(width, width, 3);
            _bn2 = new BatchNormLayer(width, dimensions: 4);
            RegisterComponents();
        }

        protected override Tensor Branch(Tensor input)
        {
            using Tensor first = Normalized(_conv1, _bn1, input).relu_();
            return Normalized(_conv2, _bn2, first);
        }
    }

    private sealed class Bottleneck : Residual
    {
        private const int Expansion = 4;

        [ComponentName(Name = "conv1")]
        private readonly Conv2d _conv1;

        [ComponentName(Name = "bn1")]
        private readonly BatchNormLayer _bn1;

        [ComponentName(Name = "conv2")]
        private readonly Conv2d _conv2;

        [ComponentName(Name = "bn2")]
        private readonly BatchNormLayer _bn2;

        [ComponentName(Name = "conv3")]
        private readonly Conv2d _conv3;

        [ComponentName(Name = "bn3")]
        private readonly BatchNormLayer _bn3;

        public Bottleneck(int from, int width, int stride)
            : base(nameof(Bottleneck), from, width * Expansion, stride)
        {
            _conv1 = Convolution(from, width, 1);
            _bn1 = new BatchNormLayer(width, dimensions: 4);
            _conv2 = Convolution(width, width, 3, stride);
            _bn2 = new BatchNormLayer(width, dimensions: 4);
            _conv3 = Convolution(width, width * Expansion, 1);
            _bn3 = new BatchNormLayer(width * Expansion, dimensions: 4);
            RegisterComponents();
        }

        protected override Tensor Branch(Tensor input)
        {
            using Tensor first = Normalized(_conv1, _bn1, input).relu_();
            using Tensor second = Normalized(_conv2, _bn2, first).relu_();
            return Normalized(_conv3, _bn3, second);
        }
    }
}
