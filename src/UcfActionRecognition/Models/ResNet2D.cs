using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace UcfActionRecognition;

/// <summary>
/// ResNet of single frames: <c>N x 3 x H x W</c> to <c>N x classes</c>. He et al., "Deep Residual Learning for Image Recognition",
/// 2015 (arXiv:1512.03385), in torchvision's version 1.5, whose bottlenecks have their stride in the 3x3 convolution; keys,
/// shapes and initialisation are those of torchvision's <c>models/resnet.py</c>. Depths 18, 34, 50, 101 and 152.
/// </summary>
public sealed class ResNet2D : ResNet
{
    private static readonly int[] Depths = [18, 34, 50, 101, 152];

    internal ResNet2D(int depth, IReadOnlyList<string> classes, InputSpec input)
        : base(
            NameOf(depth), depth, Blocks(depth, Depths), ShortcutType.B, classes, input,
            Conv2d(3, 64, kernel_size: 7, stride: 2, padding: 3, bias: false))
    {
    }

    /// <summary>The architecture of weights with these residual blocks; <see langword="null"/> where there is none.</summary>
    internal static string? NameOf(int[] blocks, bool bottlenecks) =>
        DepthOf(blocks, bottlenecks, Depths) is { } depth && blocks.SequenceEqual(Blocks(depth, Depths)) ? NameOf(depth) : null;

    private protected override Tensor MaxPool(Tensor features) => functional.max_pool2d(features, kernel_size: 3, stride: 2, padding: 1);

    private protected override Tensor AveragePool(Tensor features) => functional.adaptive_avg_pool2d(features, 1);

    private static string NameOf(int depth) => $"resnet{depth}";
}
