using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace UcfActionRecognition.Samples.Assignment;

/// <summary>The three official splits, one after another, each into a folder of its own, and what they give together.</summary>
internal sealed class SplitRuns(AssignmentOptions options, Func<AssignmentOptions, int, string, AssignmentOptions> adjust)
{
    public void Run(bool train, bool evaluate)
    {
        if (options.Data.Kind is not (DatasetKind.Ucf101 or DatasetKind.Hmdb51))
        {
            throw new ArgumentException("--split all is for data sets with official splits: ucf101 and hmdb51.");
        }

        if (options.Group is not null)
        {
            throw new ArgumentException("--split all runs the splits one after another; with --distributed name one of them.");
        }

        var rows = new List<EvaluationResult>();
        for (int split = 1; split <= 3; split++)
        {
            if (new AssignmentRun(adjust(options, split, Path.Combine(options.Output, $"split{split}"))).Run(train, evaluate) is { } result)
            {
                rows.Add(result);
            }
            else if (evaluate && options.Shard is null)
            {
                // A dry run, or the time is over.
                return;
            }
        }

        if (rows.Count > 0)
        {
            Report(rows);
        }
    }

    // Mean and sample standard deviation over the splits, of each metric of the test side.
    private void Report(List<EvaluationResult> splits)
    {
        Table table = new Table().AddColumn("test side");
        Enumerable.Range(1, splits.Count).ToList().ForEach(split => table.AddColumn($"split {split}"));
        table.AddColumn("mean").AddColumn("spread");
        var json = new JsonObject();
        for (int metric = 0; metric < splits[0].Metrics.Count; metric++)
        {
            string name = splits[0].Metrics[metric].Name;
            double[] values = [.. splits.Select(split => split.Metrics[metric].Value.Value)];
            double mean = values.Average();
            double spread = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / Math.Max(values.Length - 1, 1));
            table.AddRow([name, .. values.Select(Percent), Percent(mean), Percent(spread)]);
            json[name] = new JsonObject { ["splits"] = new JsonArray([.. values.Select(value => (JsonNode)value)]), ["mean"] = mean, ["spread"] = spread };
        }

        AnsiConsole.Write(table);
        AtomicFile.WriteStream(
            Path.Combine(options.Output, "splits.json"), stream => stream.Write(Encoding.UTF8.GetBytes(json.ToJsonString(new() { WriteIndented = true }) + "\n")));
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F1} %");
}
