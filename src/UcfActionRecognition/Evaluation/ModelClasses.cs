namespace UcfActionRecognition;

internal static class ModelClasses
{
    /// <summary>Checks labels before native code sees them, where a wrong one ends in an error without a name, or on a GPU in a lost device.</summary>
    /// <exception cref="ArgumentException">A label is not one of the model's classes.</exception>
    public static void Check(ActionModel model, IReadOnlyList<LabeledVideo> videos)
    {
        int classes = model.Classes.Count;
        LabeledVideo? wrong = videos.FirstOrDefault(video => (uint)video.Label >= (uint)classes);
        if (wrong is not null)
        {
            throw new ArgumentException(
                $"'{wrong.Name}' has the label {wrong.Label}; the model has {classes} classes, 0 to {classes - 1}. "
                + "Make the model with the classes of the data set.", nameof(videos));
        }
    }
}
