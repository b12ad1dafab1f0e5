namespace UcfActionRecognition;

internal static class TrainingVideos
{
    private const int Shown = 5;

    /// <summary>Refuses videos of groups that the model was trained on.</summary>
    /// <param name="model">The model.</param>
    /// <param name="videos">The videos to be scored.</param>
    /// <param name="remedy">What the caller sets where the score on training videos is wanted.</param>
    /// <exception cref="TrainingVideosException">There are such videos; the message names some.</exception>
    public static void Refuse(ActionModel model, IReadOnlyList<LabeledVideo> videos, string remedy)
    {
        if (model.TrainedGroups.Count == 0)
        {
            return;
        }

        LabeledVideo[] known = [.. videos.Where(video => model.TrainedGroups.Contains(video.Group))];
        if (known.Length == 0)
        {
            return;
        }

        LabeledVideo[] firsts = [.. known.DistinctBy(video => video.Group, StringComparer.Ordinal).OrderBy(video => video.Group, StringComparer.Ordinal)];
        string some = string.Join(", ", firsts.Take(Shown).Select(video => $"'{ErrorText.Shortened(video.Group)}' ('{ErrorText.Shortened(video.Name)}')"));
        string more = firsts.Length > Shown ? $" and {firsts.Length - Shown} more" : "";
        throw new TrainingVideosException(
            [.. firsts.Select(video => video.Group)],
            $"{known.Length} of the {videos.Count} videos to be scored are of groups that the model was trained on: {some}{more}. It knows them by heart, so the score would "
            + $"say nothing about new videos. Score the test side of the split that it was trained on; where the score on training videos is wanted, {remedy}.");
    }
}
