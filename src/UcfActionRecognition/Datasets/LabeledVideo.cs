namespace UcfActionRecognition;

/// <summary>One video of a data set and the action it shows.</summary>
/// <param name="Name">Path below the data folder without extension, with <c>/</c> between folders: <c>YoYo/v_YoYo_g01_c01</c>.</param>
/// <param name="Label">Zero-based index into <see cref="ActionDataset.Classes"/>.</param>
/// <param name="Group">
/// The recording that the clip was cut from: <c>YoYo/g01</c>. Clips of one group share people and background, so a group
/// belongs on one side of a split only.
/// </param>
public sealed record LabeledVideo(string Name, int Label, string Group);
