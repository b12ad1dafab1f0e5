namespace UcfActionRecognition.Reporting;

/// <summary>The classes done best and worst, and what they say about space and time.</summary>
internal static class ClassSection
{
    private const int Shown = 10;

    public static ReportSection Create(ReportResults results) => new("Classes: space against time",
    [
        new ReportParagraph(SpaceAndTime(results)),
        .. DifferenceTables(results),
        new ReportFigure(new ScatterFigure(results.SpaceAndTime)
        {
            Name = "classes",
            Caption = $"Each dot is a class: its accuracy with {results.Single.Name} (across) and with {results.Sequence.Name} (up). Above the line time helps, below it space is enough. "
                + "Larger dots are several classes at one place; those furthest from the line are named.",
        }),
        new ReportParagraph(Caution(results)),
        new ReportHeading("Done best and worst"),
        .. BestAndWorst(results),
    ]);

    private static string SpaceAndTime(ReportResults results)
    {
        IReadOnlyList<ClassDifference> classes = results.SpaceAndTime.PerClass;
        ClassDifference[] time = [.. classes.Where(entry => entry.Difference > 0).Reverse()];
        ClassDifference[] space = [.. classes.Where(entry => entry.Difference < 0)];
        int same = classes.Count - time.Length - space.Length;
        string text = $"Of {ReportText.Count(classes.Count, "class", "classes")}, {results.Sequence.Name} does better at {time.Length}, {results.Single.Name} at {space.Length}, and both do equally well at {same}.";
        if (time.Length > 0)
        {
            text += $" Time helps most at {Named(time)}: what tells these from other actions is more in the movement than in one picture.";
        }

        if (space.Length > 0)
        {
            text += $" Space serves better at {Named(space)}: place, object or posture in one frame is enough there, and the clip model sees less of it.";
        }

        return text;
    }

    private static string Named(ClassDifference[] classes) => ReportText.List(
        [.. classes.Take(3).Select(entry => $"{entry.Class} ({ReportText.Percent(entry.First)} to {ReportText.Percent(entry.Second)})")], 3);

    private static IEnumerable<ReportBlock> DifferenceTables(ReportResults results)
    {
        IReadOnlyList<ClassDifference> classes = results.SpaceAndTime.PerClass;
        ClassDifference[] time = [.. classes.Where(entry => entry.Difference > 0).OrderByDescending(entry => entry.Difference).ThenBy(entry => entry.Class, StringComparer.Ordinal).Take(Shown)];
        ClassDifference[] space = [.. classes.Where(entry => entry.Difference < 0).Take(Shown)];
        if (time.Length > 0)
        {
            yield return DifferenceTable($"Classes that time helps most: {results.Sequence.Name} better", results, time);
        }

        if (space.Length > 0)
        {
            yield return DifferenceTable($"Classes that space serves better: {results.Single.Name} better", results, space);
        }
    }

    private static ReportTable DifferenceTable(string caption, ReportResults results, ClassDifference[] classes) => new(
        caption,
        [
            new("Class", 1.7f), new("Videos", 0.7f, true), new(results.Single.Name, 1, true), new(results.Sequence.Name, 1, true), new("Difference, points", 1, true),
            new($"Only {results.Single.Name} right", 1, true), new($"Only {results.Sequence.Name} right", 1, true), new("p", 0.7f, true),
        ],
        [.. classes.Select(entry => (IReadOnlyList<string>)
        [
            entry.Class, ReportText.Line($"{entry.First.Total}"), ReportText.Percent(entry.First), ReportText.Percent(entry.Second), ReportText.Points(entry.Difference),
            ReportText.Line($"{entry.OnlyFirst.Count}"), ReportText.Line($"{entry.OnlySecond.Count}"), ReportText.PValue(PValue(entry)),
        ])]);

    private static double PValue(ClassDifference entry) => McNemarTest.Exact(entry.OnlyFirst.Count, entry.OnlySecond.Count).PValue;

    private static string Caution(ReportResults results)
    {
        IReadOnlyList<ClassDifference> classes = results.SpaceAndTime.PerClass;
        int clear = classes.Count(entry => PValue(entry) < 0.05);
        return ReportText.Line($"p is McNemar's, for the class alone; {clear} of {classes.Count} are below 0.05, and up to {Math.Max(1, Math.Round(0.05 * classes.Count))} would be by chance. ")
            + "The models differ in more than time: in what they were pretrained on and in how their input is sampled. A difference is a hint at what matters, no proof.";
    }

    private static IEnumerable<ReportBlock> BestAndWorst(ReportResults results)
    {
        if (results.Classes.Count <= Shown)
        {
            yield return ClassTable(
                $"All {ReportText.Count(results.Classes.Count, "class", "classes")}, best first by {results.Combined.Name}", results, results.Combined.Report.BestClasses());
            yield break;
        }

        foreach (ModelResults model in results.Models)
        {
            yield return ClassTable($"{ReportText.Capital(model.Name)}: the {Shown} classes done best{Tied(model, model.Report.BestClasses(Shown))}", results, model.Report.BestClasses(Shown));
            yield return ClassTable($"{ReportText.Capital(model.Name)}: the {Shown} classes done worst{Tied(model, model.Report.WorstClasses(Shown))}", results, model.Report.WorstClasses(Shown));
        }

        yield return new ReportParagraph(InAllLists(results));
    }

    // Which of equally good classes are the last of a list is not a matter of the models.
    private static string Tied(ModelResults model, IReadOnlyList<ClassAccuracy> list)
    {
        Accuracy last = list[^1].Top1;
        int equal = model.Report.PerClass.Count(entry => entry.Top1.Value.Equals(last.Value));
        int shown = list.Count(entry => entry.Top1.Value.Equals(last.Value));
        return equal > shown ? ReportText.Line($" ({shown} of the {equal} at {ReportText.Percent(last)}: more videos first, then by name)") : "";
    }

    private static string InAllLists(ReportResults results)
    {
        string[] best = InAll(results, model => model.Report.BestClasses(Shown));
        string[] worst = InAll(results, model => model.Report.WorstClasses(Shown));
        return $"Among the {Shown} best of all three: {(best.Length == 0 ? "none" : ReportText.List(best, Shown))}. "
            + $"Among the {Shown} worst of all three: {(worst.Length == 0 ? "none" : ReportText.List(worst, Shown))}.";
    }

    private static string[] InAll(ReportResults results, Func<ModelResults, IReadOnlyList<ClassAccuracy>> list) =>
        [.. list(results.Combined).Select(entry => entry.Class)
            .Where(name => results.Models.All(model => list(model).Any(entry => entry.Class == name)))];

    private static ReportTable ClassTable(string caption, ReportResults results, IReadOnlyList<ClassAccuracy> classes) => new(
        caption,
        [
            new("Class", 1.8f), new("Videos", 0.7f, true), new(results.Single.Name, 1, true), new(results.Sequence.Name, 1, true), new(results.Combined.Name, 1, true),
            new("Time − space, points", 1.1f, true), new("Combined − better, points", 1.2f, true),
        ],
        [.. classes.Select(entry => Row(results, entry.Class))]);

    private static IReadOnlyList<string> Row(ReportResults results, string name)
    {
        Accuracy single = results.Single.ByClass[name];
        Accuracy sequence = results.Sequence.ByClass[name];
        Accuracy combined = results.Combined.ByClass[name];
        return
        [
            name, ReportText.Line($"{single.Total}"), ReportText.Percent(single), ReportText.Percent(sequence), ReportText.Percent(combined),
            ReportText.Points(sequence.Value - single.Value), ReportText.Points(combined.Value - Math.Max(single.Value, sequence.Value)),
        ];
    }
}
