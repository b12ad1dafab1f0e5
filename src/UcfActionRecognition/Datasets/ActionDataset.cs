namespace UcfActionRecognition;

/// <summary>The videos of an action recognition data set, split into a training and a test side. Immutable.</summary>
/// <param name="Name">What the data set is, for reports: <c>UCF-101 split 1</c>.</param>
/// <param name="Classes">The actions' names; a label is an index into it.</param>
/// <param name="Train">Videos to learn from.</param>
/// <param name="Test">Videos to be scored on.</param>
public sealed record ActionDataset(
    string Name, IReadOnlyList<string> Classes, IReadOnlyList<LabeledVideo> Train, IReadOnlyList<LabeledVideo> Test)
{
    /// <summary>Videos that the lists name and that were left out because their files are not there.</summary>
    public int MissingVideos { get; init; }

    /// <summary>
    /// Videos of the training side that are neither learned from nor scored as test: to choose settings on, such as the weight of a fusion. None
    /// by default; <see cref="HoldOut(int)"/> makes them.
    /// </summary>
    public IReadOnlyList<LabeledVideo> HeldOut { get; init; } = [];

    /// <summary>
    /// Takes the last groups of every class, by name, out of the training side. Whole groups, since clips of one recording look alike.
    /// </summary>
    /// <param name="groups">Groups of each class, 0 or more; 0 holds none out.</param>
    /// <returns>The data set with fewer videos in <see cref="Train"/> and the others in <see cref="HeldOut"/>, both in their order before.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative, or a class would have no training video left.</exception>
    /// <exception cref="InvalidOperationException">Videos were held out before.</exception>
    public ActionDataset HoldOut(int groups) => HoldOut(groups, (sorted, _) => sorted.TakeLast(groups));

    /// <summary>
    /// Takes groups of every class, drawn at random, out of the training side. The draw depends on the seed, on the names of the groups and on
    /// the label of their class alone, neither on the order of the videos nor on the machine.
    /// </summary>
    /// <param name="groups">Groups of each class, 0 or more; 0 holds none out.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <inheritdoc cref="HoldOut(int)" path="/*[self::returns or self::exception]"/>
    public ActionDataset HoldOut(int groups, long seed) =>
        HoldOut(groups, (sorted, label) => GroupDraw.Shuffled(sorted, seed, GroupDraw.HeldOut, label).Take(groups));

    /// <summary>
    /// Checks that <see cref="Train"/>, <see cref="Test"/> and <see cref="HeldOut"/> share no group (<see cref="LabeledVideo.Group"/>, compared as spelled).
    /// The loaders of data sets have done so.
    /// </summary>
    /// <exception cref="DatasetFormatException">Two of them share groups; the message names some, with a video of each side.</exception>
    public void CheckGroups()
    {
        string train = $"the training side of {Name}";
        GroupGuard.Check(train, Train, "its test side", Test);
        GroupGuard.Check(train, Train, "its held-out videos", HeldOut);
        GroupGuard.Check($"the held-out videos of {Name}", HeldOut, "its test side", Test);
    }

    /// <summary>The data set itself, once its groups are checked.</summary>
    /// <exception cref="DatasetFormatException">As for <see cref="CheckGroups"/>.</exception>
    internal ActionDataset WithCheckedGroups()
    {
        CheckGroups();
        return this;
    }

    private ActionDataset HoldOut(int groups, Func<string[], int, IEnumerable<string>> choose)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(groups);
        if (HeldOut.Count > 0)
        {
            throw new InvalidOperationException($"{HeldOut.Count} videos of {Name} are held out already. Hold out all groups at once.");
        }

        var held = new HashSet<string>(StringComparer.Ordinal);
        foreach (IGrouping<int, LabeledVideo> videos in Train.GroupBy(video => video.Label))
        {
            string[] sorted = GroupDraw.Sorted(videos);
            held.UnionWith(groups < sorted.Length
                ? choose(sorted, videos.Key)
                : throw new ArgumentOutOfRangeException(
                    nameof(groups), groups, $"'{Classes[videos.Key]}' has {sorted.Length} groups of training videos; at most {sorted.Length - 1} can be held out."));
        }

        // A recording may show several actions; it goes with all of its videos, so a class may lose more groups than were chosen of it.
        ILookup<bool, LabeledVideo> sides = Train.ToLookup(video => held.Contains(video.Group));
        HashSet<int> left = [.. sides[false].Select(video => video.Label)];
        return sides[true].FirstOrDefault(video => !left.Contains(video.Label)) is { } last
            ? throw new ArgumentOutOfRangeException(
                nameof(groups), groups, $"'{Classes[last.Label]}' would have no training video left: its groups are held out for other classes too. Hold out fewer.")
            : this with { Train = [.. sides[false]], HeldOut = [.. sides[true]] };
    }
}
