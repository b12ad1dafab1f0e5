using System.Globalization;

namespace UcfActionRecognition.Samples;

/// <summary>Groups of every class that a training leaves out: the last ones by name, or drawn by a seed.</summary>
/// <param name="Count">Groups of each class, 0 for none.</param>
/// <param name="Seed">Seed of the draw; <see langword="null"/> for the last ones.</param>
internal sealed record HeldOutGroups(int Count, long? Seed)
{
    /// <summary>The name of <see cref="Count"/> in checkpoints and summaries.</summary>
    public const string CountKey = "held_out_groups";

    /// <summary>The name of <see cref="Seed"/> in checkpoints and summaries.</summary>
    public const string SeedKey = "held_out_seed";

    /// <summary>What a checkpoint says; none where it says nothing.</summary>
    /// <exception cref="ArgumentException">It says something else than numbers.</exception>
    public static HeldOutGroups FromMetadata(IReadOnlyDictionary<string, string> metadata)
    {
        long? seed = null;
        if (metadata.TryGetValue(SeedKey, out string? text))
        {
            seed = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : throw NoNumber(SeedKey);
        }

        return int.TryParse(metadata.GetValueOrDefault(CountKey, "0"), NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            ? new HeldOutGroups(count, seed)
            : throw NoNumber(CountKey);

        static ArgumentException NoNumber(string key) => new($"The checkpoint's '{key}' is no whole number: the file is damaged. Train again, or take another checkpoint.");
    }

    /// <summary>What a checkpoint is to say.</summary>
    public Dictionary<string, string> ToMetadata()
    {
        var metadata = new Dictionary<string, string> { [CountKey] = Count.ToString(CultureInfo.InvariantCulture) };
        if (Seed is { } seed)
        {
            metadata[SeedKey] = seed.ToString(CultureInfo.InvariantCulture);
        }

        return metadata;
    }

    /// <summary>The data with these groups held out.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A class would have no training video left.</exception>
    public ActionDataset HoldOut(ActionDataset data) =>
        Count == 0 ? data : Seed is { } seed ? data.HoldOut(Count, seed) : data.HoldOut(Count);

    /// <inheritdoc/>
    public override string ToString() => this switch
    {
        { Count: 0 } => "no groups",
        { Seed: { } seed } => $"{Count} {(Count == 1 ? "group" : "groups")} of every class, drawn by the seed {seed}",
        { Count: 1 } => "the last group of every class",
        _ => $"the last {Count} groups of every class",
    };
}
