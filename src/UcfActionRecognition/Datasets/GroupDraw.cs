namespace UcfActionRecognition;

/// <summary>Draws groups at random: the same for a seed on every machine, whatever the order of the lists.</summary>
internal static class GroupDraw
{
    // What groups are drawn for: the draws for one purpose say nothing about those for another.
    public const int HeldOut = 0;
    public const int Test = 1;

    /// <summary>All names in a random order.</summary>
    /// <param name="sorted">The names of the groups of one class, each once, sorted.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="purpose"><see cref="HeldOut"/> or <see cref="Test"/>.</param>
    /// <param name="label">The class.</param>
    public static string[] Shuffled(string[] sorted, long seed, int purpose, int label)
    {
        string[] names = [.. sorted];
        new ClipRandom(seed, purpose, label, view: 0).Shuffle<string>(names);
        return names;
    }

    /// <summary>The names of the groups of some videos, each once, sorted.</summary>
    public static string[] Sorted(IEnumerable<LabeledVideo> videos) =>
        [.. videos.Select(video => video.Group).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
