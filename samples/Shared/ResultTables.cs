using Spectre.Console;

namespace UcfActionRecognition.Samples;

/// <summary>Results as tables.</summary>
internal static class ResultTables
{
    /// <summary>Top-1, top-5 and top-10 with counts, a row for each result; results that were not made are left out.</summary>
    public static void PrintAccuracies(params (string Name, TopKAccuracy? Accuracy)[] results)
    {
        Table table = new Table().AddColumn("").AddColumn("top-1").AddColumn("top-5").AddColumn("top-10").AddColumn("of");
        foreach ((string name, TopKAccuracy? result) in results)
        {
            if (result is { } accuracy)
            {
                table.AddRow(
                    name, ProgressBar.Percent(accuracy.Top1), ProgressBar.Percent(accuracy.Top5), ProgressBar.Percent(accuracy.Top10),
                    $"{accuracy.Top1.Total}");
            }
        }

        AnsiConsole.Write(table);
    }

    /// <summary>The classes from worst to best, and what the worst are taken for.</summary>
    public static void PrintClasses(ClassificationReport report)
    {
        Table table = new Table().AddColumn("class").AddColumn("top-1").AddColumn("videos").AddColumn("most often taken for");
        foreach (ClassAccuracy entry in report.PerClass)
        {
            string confused = MostConfused(report, entry.Class);
            table.AddRow(entry.Class.EscapeMarkup(), ProgressBar.Percent(entry.Top1), $"{entry.Top1.Total}", confused.EscapeMarkup());
        }

        AnsiConsole.Write(table);
    }

    private static string MostConfused(ClassificationReport report, string name)
    {
        int actual = report.Classes.ToList().IndexOf(name);
        int worst = Enumerable.Range(0, report.Classes.Count).Where(predicted => predicted != actual)
            .DefaultIfEmpty(actual).MaxBy(predicted => report.Confusion[actual, predicted]);
        long times = report.Confusion[actual, worst];
        return worst == actual || times == 0 ? "" : $"{report.Classes[worst]} ({times})";
    }
}
