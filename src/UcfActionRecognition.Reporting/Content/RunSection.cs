namespace UcfActionRecognition.Reporting;

/// <summary>What the numbers are of.</summary>
internal static class RunSection
{
    public static ReportSection Create(ReportResults results)
    {
        ModelRun? single = Known(results.Single, results.Options.SingleRun);
        ModelRun? sequence = Known(results.Sequence, results.Options.SequenceRun);
        var blocks = new List<ReportBlock>();
        blocks.AddRange(Missing(results.Single, results.Options.SingleRun));
        blocks.AddRange(Missing(results.Sequence, results.Options.SequenceRun));
        blocks.Add(new ReportTable(
            "Models", [new("", 1), new(results.Single.Name, 2), new(results.Sequence.Name, 2)], [.. Rows(results, single, sequence)]));
        blocks.Add(new ReportTable("Report", [new("", 1), new("", 4)],
        [
            ["Date", ReportText.Line($"{results.Options.Date:yyyy-MM-dd}")],
            ["Data", results.Data],
            ["Videos", ReportText.Line($"{results.Videos} of {results.Classes.Count} classes")],
            .. results.Options.Facts.Select(fact => (IReadOnlyList<string>)[fact.Name, fact.Value]),
        ]));
        return new ReportSection("The runs", blocks);
    }

    /// <summary>The run, if it is the one that made the predictions.</summary>
    public static ModelRun? Known(ModelResults model, ModelRun? run) => IsOther(model, run) ? null : run;

    private static bool IsOther(ModelResults model, ModelRun? run) => run?.ModelHash is not null && model.Set.ModelHash.Length > 0 && run.ModelHash != model.Set.ModelHash;

    private static IEnumerable<ReportBlock> Missing(ModelResults model, ModelRun? run)
    {
        if (run is null)
        {
            yield return new ReportParagraph($"{ReportText.Capital(model.Name)}: neither a summary nor a checkpoint of the run was given, so recipe, input and times are not known.", IsNote: true);
        }
        else if (IsOther(model, run))
        {
            yield return new ReportParagraph(
                $"{ReportText.Capital(model.Name)}: what is known of the run is of another model ({run.ModelHash}) than the predictions ({model.Set.ModelHash}), and is left out with its training curves.", IsNote: true);
        }
    }

    private static IEnumerable<IReadOnlyList<string>> Rows(ReportResults results, ModelRun? single, ModelRun? sequence)
    {
        foreach (string name in (single?.Facts ?? []).Concat(sequence?.Facts ?? []).Select(fact => fact.Name).Where(name => name != HashName).Distinct())
        {
            yield return [name, Value(single, name), Value(sequence, name)];
        }

        yield return ["Predictions", Kind(results.Single), Kind(results.Sequence)];
        yield return [HashName, Hash(results.Single), Hash(results.Sequence)];
    }

    private const string HashName = "Model hash";

    private static string Hash(ModelResults model) => model.Set.ModelHash.Length == 0 ? "not known" : model.Set.ModelHash;

    private static string Value(ModelRun? run, string name) => run?.Facts.FirstOrDefault(fact => fact.Name == name)?.Value ?? "–";

    private static string Kind(ModelResults model) => model.Set.Kind switch
    {
        PredictionKind.Frames => "of every frame",
        PredictionKind.Windows => "of windows of frames",
        PredictionKind.Sequence => "of the full sequence",
        PredictionKind.Clips => "of clips",
        PredictionKind.FusedLogProbabilities => "combined from others",
        _ => "of unknown kind",
    };
}
