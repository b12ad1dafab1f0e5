using System.Text.Json.Nodes;

namespace UcfActionRecognition.Samples.Classify;

/// <summary>JSON Lines (https://jsonlines.org): an object for each window, where they are asked for, and for each video; <c>kind</c> says which it is, or <c>error</c>.</summary>
internal sealed class JsonResults(int top, bool timeline) : LineResults(top, timeline)
{
    protected override IEnumerable<string> Window(string video, WindowClassification window, IReadOnlyList<ClassProbability> best)
    {
        yield return new JsonObject
        {
            ["video"] = video,
            ["kind"] = "window",
            ["first_frame"] = window.FirstFrame,
            ["end_frame"] = window.EndFrame,
            ["start_seconds"] = Seconds(window.StartSeconds),
            ["end_seconds"] = Seconds(window.EndSeconds),
            ["classes"] = Classes(best),
        }.ToJsonString();
    }

    protected override IEnumerable<string> Video(string video, VideoClassification result, IReadOnlyList<ClassProbability> best)
    {
        yield return new JsonObject
        {
            ["video"] = video,
            ["kind"] = "video",
            ["first_frame"] = 0,
            ["end_frame"] = result.Info.FrameCount,
            ["start_seconds"] = Seconds(0 / result.Info.FramesPerSecond),
            ["end_seconds"] = Seconds(result.Info.FrameCount / result.Info.FramesPerSecond),
            ["frames_per_second"] = result.Info.FramesPerSecond,
            ["clips"] = result.Clips,
            ["classes"] = Classes(best),
        }.ToJsonString();
    }

    protected override string Failure(string video, string reason) =>
        new JsonObject { ["video"] = video, ["kind"] = "error", ["error"] = reason }.ToJsonString();

    private static JsonArray Classes(IReadOnlyList<ClassProbability> best) => [.. best.Select(entry => new JsonObject
    {
        ["class"] = entry.Class,
        ["probability"] = Math.Round(entry.Probability, 6),
    })];

    private static JsonValue? Seconds(double? seconds) => seconds is { } known ? JsonValue.Create(Math.Round(known, 3)) : null;
}
