namespace UcfActionRecognition;

/// <summary>What the keys and shapes of a ResNet's weights say of the network that they are of.</summary>
/// <param name="Architecture">Its name, as models of this library carry it: <c>resnet50</c>, <c>resnet3d18-shortcut-A</c>.</param>
/// <param name="Classes">The classes of its classifier; <see langword="null"/> where it has none.</param>
internal sealed record ResNetSignature(string Architecture, long? Classes)
{
    /// <summary>Reads the signature; <see langword="null"/> where the weights are of no ResNet that this library has.</summary>
    public static ResNetSignature? Of(IReadOnlyDictionary<string, WeightsEntry> entries)
    {
        if (!entries.TryGetValue("conv1.weight", out WeightsEntry? conv1))
        {
            return null;
        }

        int[] blocks = [.. Enumerable.Range(1, 4).Select(stage => CountBlocks(entries, stage))];
        bool bottlenecks = entries.ContainsKey("layer1.0.conv3.weight");
        ShortcutType shortcut = entries.ContainsKey("layer2.0.downsample.0.weight") ? ShortcutType.B : ShortcutType.A;
        int spatial = conv1.Shape.Length - 2;
        string? architecture = spatial switch
        {
            2 => ResNet2D.NameOf(blocks, bottlenecks),
            3 => ResNet3D.NameOf(blocks, bottlenecks, shortcut),
            _ => null,
        };
        long? classes = entries.TryGetValue("fc.weight", out WeightsEntry? head) && head.Shape.Length == 2 ? head.Shape[0] : null;
        return architecture is null || !HasShapes(entries, Convolutions(blocks, bottlenecks), spatial)
            ? null
            : new ResNetSignature(architecture, classes);
    }

    public override string ToString() => Architecture + (Classes is { } classes ? $" with {classes} classes" : " without a classifier");

    private static int CountBlocks(IReadOnlyDictionary<string, WeightsEntry> entries, int stage)
    {
        int count = 0;
        while (entries.ContainsKey($"layer{stage}.{count}.conv1.weight"))
        {
            count++;
        }

        return count;
    }

    // Wide ResNets and ResNeXts have the same keys; their bottlenecks are wider, and the latter's take a part of their channels each.
    private static bool HasShapes(
        IReadOnlyDictionary<string, WeightsEntry> entries, IEnumerable<(string Name, long Out, long In, long Size)> convolutions, int spatial) =>
        convolutions.All(convolution => entries.TryGetValue($"{convolution.Name}.weight", out WeightsEntry? entry)
            && entry.Shape.SequenceEqual([convolution.Out, convolution.In, .. Enumerable.Repeat(convolution.Size, spatial)]));

    private static IEnumerable<(string Name, long Out, long In, long Size)> Convolutions(int[] blocks, bool bottlenecks)
    {
        yield return ("conv1", 64, 3, 7);
        int channels = 64;
        for (int stage = 0; stage < blocks.Length; stage++)
        {
            int width = 64 << stage;
            for (int block = 0; block < blocks[stage]; block++)
            {
                string name = $"layer{stage + 1}.{block}";
                yield return ($"{name}.conv1", width, channels, bottlenecks ? 1 : 3);
                yield return ($"{name}.conv2", width, width, 3);
                channels = bottlenecks ? 4 * width : width;
                if (bottlenecks)
                {
                    yield return ($"{name}.conv3", channels, width, 1);
                }
            }
        }
    }
}
