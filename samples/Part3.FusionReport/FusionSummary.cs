using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace UcfActionRecognition.Samples.Part3;

/// <summary><c>summary.json</c>: the report's numbers for programs.</summary>
internal static class FusionSummary
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static void Save(
        string path, Part3Options options, ActionDataset data, PredictionSet single, PredictionSet sequence, PredictionSet combined, ScoreFusionOptions fusion,
        int missing, IEnumerable<string> remarks, TimeSpan elapsed)
    {
        using var process = Process.GetCurrentProcess();
        IReadOnlyList<double> weights = fusion.Search?.Weights ?? fusion.Weights ?? [0.5, 0.5];
        var root = new JsonObject
        {
            ["library_version"] = typeof(PredictionSet).Assembly.GetName().Version!.ToString(3),
            ["date"] = $"{options.Date:yyyy-MM-dd}",
            ["data"] = new JsonObject
            {
                ["name"] = data.Name,
                ["classes"] = data.Classes.Count,
                ["test_videos"] = data.Test.Count,
                ["missing_test_videos"] = missing,
            },
            ["fusion"] = new JsonObject
            {
                ["rule"] = fusion.Rule.ToString(),
                ["single_frame_weight"] = weights[0],
                ["searched_on_held_out_groups"] = fusion.Search is not null,
            },
            ["single_frame"] = Describe(single),
            ["sequence"] = Describe(sequence),
            ["combined"] = Describe(combined),
            ["sequence_against_single_frame"] = Describe(ModelComparison.Create(single, sequence)),
            ["combined_against_single_frame"] = Describe(ModelComparison.Create(single, combined)),
            ["combined_against_sequence"] = Describe(ModelComparison.Create(sequence, combined)),
            ["remarks"] = new JsonArray([.. remarks.Select(remark => (JsonNode)remark)]),
            ["seconds"] = Math.Round(elapsed.TotalSeconds, 3),
            ["peak_memory_bytes"] = process.PeakWorkingSet64,
        };
        AtomicFile.WriteStream(path, stream => stream.Write(Encoding.UTF8.GetBytes(root.ToJsonString(Indented) + "\n")));
    }

    private static JsonObject Describe(PredictionSet set)
    {
        ClassificationReport report = set.CreateReport();
        return new JsonObject
        {
            ["model_hash"] = set.ModelHash,
            ["top1"] = Describe(report.Accuracy.Top1, report.Intervals?.Top1),
            ["top5"] = Describe(report.Accuracy.Top5, report.Intervals?.Top5),
            ["top10"] = Describe(report.Accuracy.Top10, report.Intervals?.Top10),
            ["mean_of_classes"] = report.MacroAccuracy,
            ["without_prediction"] = new JsonArray([.. set.Failures.Select(failure => (JsonNode)failure.Video)]),
        };
    }

    private static JsonObject Describe(Accuracy accuracy, ConfidenceInterval? interval) => new()
    {
        ["correct"] = accuracy.Correct,
        ["count"] = accuracy.Total,
        ["share"] = accuracy.Value,
        ["interval"] = Describe(interval),
    };

    private static JsonArray? Describe(ConfidenceInterval? interval) => interval is { } range ? [range.Low, range.High] : null;

    private static JsonObject Describe(ModelComparison comparison) => new()
    {
        ["difference"] = comparison.Difference,
        ["interval"] = Describe(comparison.DifferenceInterval),
        ["only_first_right"] = comparison.OnlyFirst.Count,
        ["only_second_right"] = comparison.OnlySecond.Count,
        ["mcnemar_p"] = comparison.McNemar.PValue,
        ["agreement"] = comparison.Agreement.Total == 0 ? null : comparison.Agreement.Value,
        ["at_least_one_right"] = comparison.Oracle.Value,
    };
}
