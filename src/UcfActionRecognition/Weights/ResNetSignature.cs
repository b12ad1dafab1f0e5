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
        string? architecture = conv1.Shape.Length switch
        {
            4 => ResNet2D.NameOf(blocks, bottlenecks),
            5 => ResNet3D.NameOf(blocks, bottlenecks, shortcut),
            _ => null,
        };
        long? classes = entries.TryGetValue("fc.weight", out WeightsEntry? head) && head.Shape.Length == 2 ? head.Shape[0] : null;
        return architecture is null ? null : new ResNetSignature(architecture, classes);
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
}
