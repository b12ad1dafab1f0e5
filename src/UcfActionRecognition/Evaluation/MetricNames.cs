namespace UcfActionRecognition;

/// <summary>Names accuracies for what they count: <c>frame@1</c>, <c>clip@5</c>, <c>video@10</c>.</summary>
internal static class MetricNames
{
    public const string Frame = "frame";
    public const string Clip = "clip";
    public const string Video = "video";

    /// <summary>What a model predicts at once.</summary>
    public static string UnitOf(ActionModel model) => model.Input.ClipLength == 1 ? Frame : Clip;

    /// <summary>The three accuracies of one unit, by name.</summary>
    public static IReadOnlyList<(string Name, Accuracy Value)> Of(string unit, TopKAccuracy accuracy) =>
        [($"{unit}@1", accuracy.Top1), ($"{unit}@5", accuracy.Top5), ($"{unit}@10", accuracy.Top10)];
}
