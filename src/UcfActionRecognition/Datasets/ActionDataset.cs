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
}
