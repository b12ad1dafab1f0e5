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
    /// by default; <see cref="HoldOut"/> makes them.
    /// </summary>
    public IReadOnlyList<LabeledVideo> HeldOut { get; init; } = [];

    /// <summary>
    /// Takes the last groups of every class, by name, out of the training side. Whole groups, since clips of one recording look alike.
    /// </summary>
    /// <param name="groups">Groups of each class, 0 or more; 0 holds none out.</param>
    /// <returns>The data set with fewer videos in <see cref="Train"/> and the others in <see cref="HeldOut"/>, both in their order before.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative, or a class would have no training video left.</exception>
    /// <exception cref="InvalidOperationException">Videos were held out before.</exception>
    public ActionDataset HoldOut(int groups)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(groups);
        if (HeldOut.Count > 0)
        {
            throw new InvalidOperationException($"{HeldOut.Count} videos of {Name} are held out already. Hold out all groups at once.");
        }

        HashSet<(int Label, string Group)> held = [.. Train.GroupBy(video => video.Label).SelectMany(videos => LastGroups(videos, groups))];
        ILookup<bool, LabeledVideo> sides = Train.ToLookup(video => held.Contains((video.Label, video.Group)));
        return this with { Train = [.. sides[false]], HeldOut = [.. sides[true]] };
    }

    private IEnumerable<(int Label, string Group)> LastGroups(IGrouping<int, LabeledVideo> videos, int groups)
    {
        string[] names = [.. videos.Select(video => video.Group).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return groups < names.Length
            ? names.TakeLast(groups).Select(name => (videos.Key, name))
            : throw new ArgumentOutOfRangeException(
                nameof(groups), groups, $"'{Classes[videos.Key]}' has {names.Length} groups of training videos; at most {names.Length - 1} can be held out.");
    }
}
