using System.Diagnostics;
using UcfActionRecognition.Reporting;

namespace UcfActionRecognition.Samples.Part3;

/// <summary>Reads the predictions of Parts 1 and 2, combines them and writes what came of it into the output folder.</summary>
internal sealed class Part3Run(Part3Options options)
{
    private const string SingleName = "single frame";
    private const string SequenceName = "sequence";

    private readonly List<string> _remarks = [];

    public void Run()
    {
        var clock = Stopwatch.StartNew();

        // Whether it can be written to is known before the work, not after it.
        Directory.CreateDirectory(options.Output);
        ModelRun? singleRun = ReadRun(options.Single);
        ModelRun? sequenceRun = ReadRun(options.Sequence);
        ActionDataset data = LoadData(singleRun, sequenceRun);
        PredictionSet single = PredictionSet.Load(SingleName, options.Single, data, cancel: ConsoleProgram.Cancellation);
        PredictionSet sequence = PredictionSet.Load(SequenceName, options.Sequence, data, cancel: ConsoleProgram.Cancellation);
        FolderCheck.Check(options, single, sequence);
        ScoreFusionOptions fusion = new WeightChoice(options, data, single, sequence).Choose(singleRun, sequenceRun, _remarks);
        int missing = MissingTestVideos(data);
        using IVideoClipSource source = Ucf101.OpenSource(options.Data, new Ucf101Options { Format = options.Format });
        var report = FusionReport.Create(single, sequence, new FusionReportOptions
        {
            Date = options.Date,
            Data = data.Name,
            MissingVideos = missing,
            Fusion = fusion,
            SingleRun = singleRun,
            SequenceRun = sequenceRun,
            Remarks = _remarks,
            Videos = source,
        }, ConsoleProgram.Cancellation);
        var files = new OutputFiles(options.Output);
        files.Write(report, single, sequence);
        FusionSummary.Save(Path.Combine(options.Output, "summary.json"), options, data, single, sequence, report.Combined, fusion, missing, _remarks, clock.Elapsed);
        PrintResults(single, sequence, report.Combined);
        Console.WriteLine($"{clock.Elapsed.TotalSeconds:F1} seconds. The report is {Path.Combine(options.Output, OutputFiles.Pdf)}, and {OutputFiles.Html} beside it.");
    }

    // Part 1 and 2 keep summary.json beside the folder of predictions.
    private static ModelRun? ReadRun(string predictions) =>
        Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(predictions))) is { } folder ? ModelRun.Read(folder) : null;

    private ActionDataset LoadData(ModelRun? single, ModelRun? sequence)
    {
        IReadOnlyList<string>? classes = options.Classes
            ?? new[] { single, sequence }.OfType<ModelRun>().Select(run => run.Classes).FirstOrDefault(names => names.Count > 0);
        ActionDataset data = Ucf101.Load(
            options.Data, options.Split, new Ucf101Options { Classes = classes, Format = options.Format, SkipMissing = true });
        if (data.Test.Count == 0)
        {
            throw new DatasetFormatException($"'{options.Data}' has no test videos of split {options.Split} and these classes. Name the root that Parts 1 and 2 had.");
        }

        Console.WriteLine($"{data.Name}: {data.Classes.Count} classes, {data.Test.Count} test videos.");
        return data;
    }

    // The data set counts those of the training side too, whose files nobody needs here.
    private int MissingTestVideos(ActionDataset data)
    {
        string list = Path.Combine(options.Data, Ucf101.ListFolder, $"testlist0{options.Split}.txt");
        var classes = data.Classes.ToHashSet(StringComparer.OrdinalIgnoreCase);
        return data.MissingVideos == 0 ? 0 : File.ReadLines(list).Count(line => classes.Contains(line.Trim().Split('/')[0])) - data.Test.Count;
    }

    private static void PrintResults(params PredictionSet[] sets) =>
        ResultTables.PrintAccuracies([.. sets.Select(set => (set.Name, (TopKAccuracy?)set.CreateReport().Accuracy))]);
}
