using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace UcfActionRecognition.Reporting;

/// <summary>How a model was trained and evaluated, for the report. Immutable.</summary>
public sealed record ModelRun
{
    private const string EpochColumn = "epoch";

    // Some 80,000 epochs.
    private const int MostBytes = 16 << 20;

    /// <summary>The model (<see cref="ActionModel.ComputeHash"/>); <see langword="null"/> where it is not known.</summary>
    public string? ModelHash { get; init; }

    /// <summary>What is known of the run, in the order of the report.</summary>
    public IReadOnlyList<ReportFact> Facts { get; init; } = [];

    /// <summary>The epochs of the training, in order; empty where they are not known.</summary>
    public IReadOnlyList<EpochMetrics> Epochs { get; init; } = [];

    /// <summary>
    /// What the validation of <see cref="Epochs"/> is of, as the report words it: <c>test side</c> or <c>held-out groups</c>; <see langword="null"/> (the default) where it
    /// is not known.
    /// </summary>
    public string? ValidatedOn { get; init; }

    /// <summary>Groups of each class that were held out of the training, 0 for none; <see langword="null"/> (the default) where it is not known.</summary>
    public int? HeldOutGroups { get; init; }

    /// <summary>The seed that these groups were drawn by (<see cref="ActionDataset.HoldOut(int, long)"/>); <see langword="null"/> (the default) for the last groups by name.</summary>
    public long? HeldOutSeed { get; init; }

    /// <summary>The classes' names; empty where they are not known.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>
    /// Reads <c>summary.json</c> and <c>metrics.csv</c>, as the samples of Parts 1 and 2 write them; without a summary the checkpoint that a <see cref="Trainer"/> leaves
    /// (<see cref="Trainer.LastCheckpoint"/>), which says less.
    /// </summary>
    /// <param name="folder">The output folder of a run.</param>
    /// <returns>What the files say; <see langword="null"/> where the folder has neither a summary nor a checkpoint.</returns>
    /// <exception cref="DatasetFormatException">The summary or the metrics cannot be understood. The message names the file.</exception>
    /// <exception cref="CheckpointException">The checkpoint is damaged.</exception>
    public static ModelRun? Read(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        string metrics = Path.Combine(folder, "metrics.csv");
        string path = Path.Combine(folder, "summary.json");
        string checkpoint = Path.Combine(folder, Trainer.LastCheckpoint);
        ModelRun? summary = File.Exists(path) ? FromSummary(ReadSummary(path), metrics) : null;
        return summary is { HeldOutGroups: not null } || !File.Exists(checkpoint)
            ? summary
            : WithHeldOut(summary, ModelCheckpoint.ReadInfo(checkpoint), metrics);
    }

    // Where no summary says which groups were held out, the checkpoint may.
    private static ModelRun WithHeldOut(ModelRun? summary, ModelCheckpointInfo checkpoint, string metrics) => (summary ?? FromCheckpoint(checkpoint, metrics)) with
    {
        HeldOutGroups = WholeNumber(checkpoint.Metadata.GetValueOrDefault("held_out_groups")),
        HeldOutSeed = Seed(checkpoint.Metadata.GetValueOrDefault("held_out_seed")),
    };

    private static ModelRun FromCheckpoint(ModelCheckpointInfo checkpoint, string metrics)
    {
        var build = BuildVersion.Parse(checkpoint.LibraryVersion);
        (string Name, string? Value)[] known =
        [
            ("Recipe", Saved("recipe")), ("Network", checkpoint.Architecture), ("Input", checkpoint.Input.ToString()), ("Epochs", Saved("epoch")), ("Data", Saved("data")),
            ("Held-out groups of each class", Saved("held_out_groups")), ("CPU threads", Saved("torch_threads")), ("Library version", build.Version),
            ("Commit", build.Commit),
        ];
        return new ModelRun
        {
            ModelHash = checkpoint.ModelHash,
            Facts = [.. known.Where(fact => fact.Value is { Length: > 0 }).Select(fact => new ReportFact(fact.Name, fact.Value!))],
            Classes = checkpoint.Classes,
            Epochs = File.Exists(metrics) ? [.. ReadMetrics(metrics)] : [],
        };

        string? Saved(string key) => checkpoint.Metadata.GetValueOrDefault(key);
    }

    private static ModelRun FromSummary(JsonObject summary, string metrics) => new()
    {
        ModelHash = Text(summary["model_hash"]),
        Facts = [.. FactsOf(summary)],
        Classes = summary["data"] is JsonObject data && data["classes"] is JsonArray classes ? [.. classes.Select(Text).OfType<string>()] : [],

        // A summary without a recipe was written by an evaluation alone: the metrics beside it may be another model's.
        Epochs = summary["recipe"] is JsonObject && File.Exists(metrics) ? [.. ReadMetrics(metrics)] : [],
        ValidatedOn = Text(summary["validated_on"]),
        HeldOutGroups = WholeNumber(Text(Of(summary["data"], "held_out_groups"))),
        HeldOutSeed = Seed(Text(Of(summary["data"], "held_out_seed"))),
    };

    private static JsonNode? Of(JsonNode? node, string key) => (node as JsonObject)?[key];

    private static int? WholeNumber(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    private static long? Seed(string? text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seed) ? seed : null;

    private static string Checked(string path)
    {
        long bytes = new FileInfo(path).Length;
        return bytes <= MostBytes
            ? path
            : throw new DatasetFormatException($"'{path}' has {bytes} bytes; a run writes at most {MostBytes}. Run the part again, or remove the file.");
    }

    private static JsonObject ReadSummary(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(Checked(path))) as JsonObject
                ?? throw new DatasetFormatException($"'{path}' is no summary of a run: expected a JSON object. Run the part again, or remove the file.");
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            throw new DatasetFormatException($"'{path}' is no summary of a run: {ErrorText.ShortenedTo(300, error.Message)} Run the part again, or remove the file.", error);
        }
    }

    private static IEnumerable<ReportFact> FactsOf(JsonObject summary)
    {
        (string Name, string[] Path, string Unit)[] known =
        [
            ("Recipe", ["recipe", "name"], ""), ("Network", ["recipe", "model"], ""), ("Pretrained weights", ["recipe", "weights"], ""),
            ("Input", ["recipe", "input"], ""), ("Fine-tuned layers", ["recipe", "fine_tune"], ""), ("BatchNorm", ["recipe", "batch_norm"], ""),
            ("Epochs", ["recipe", "epochs"], ""), ("Batch size", ["recipe", "batch_size"], ""), ("Learning rate", ["recipe", "learning_rate"], ""),
            ("Seed", ["recipe", "seed"], ""), ("Data", ["data", "name"], ""), ("Training videos", ["data", "train_videos"], ""),
            ("Held-out groups of each class", ["data", "held_out_groups"], ""), ("Test videos", ["data", "test_videos"], ""),
            ("Validated on", ["validated_on"], ""), ("Evaluated on", ["evaluated_on"], ""), ("Device", ["recipe", "device"], ""), ("CPU threads", ["recipe", "torch_threads"], ""), ("Hardware", ["hardware"], ""), ("Training time", ["seconds", "train"], " s"),
            ("Evaluation time", ["seconds", "evaluate"], " s"), ("Library version", ["library_version"], ""), ("Commit", ["commit"], ""),
            ("Model hash", ["model_hash"], ""),
        ];
        foreach ((string name, string[] path, string unit) in known)
        {
            JsonNode? node = path.Aggregate((JsonNode?)summary, Of);
            if (Text(node) is { Length: > 0 } value)
            {
                yield return new ReportFact(name, value + unit);
            }
        }
    }

    private static string? Text(JsonNode? node) => node is JsonValue value ? value.ToString() : null;

    private static IEnumerable<EpochMetrics> ReadMetrics(string path)
    {
        string[] lines = File.ReadAllLines(Checked(path));
        string[] header = lines.Length > 0 ? lines[0].Split(',') : [];
        if (!header.Contains(EpochColumn))
        {
            throw new DatasetFormatException($"'{path}' is no table of epochs: its first line has no column '{EpochColumn}'. Run the part again, or remove the file.");
        }

        for (int i = 1; i < lines.Length; i++)
        {
            if (lines[i].Length > 0)
            {
                yield return Row(path, i + 1, header, lines[i].Split(','));
            }
        }
    }

    private static EpochMetrics Row(string path, int line, string[] header, string[] cells)
    {
        if (cells.Length != header.Length || !int.TryParse(cells[Array.IndexOf(header, EpochColumn)], NumberStyles.None, CultureInfo.InvariantCulture, out int epoch))
        {
            throw new DatasetFormatException(
                $"'{path}', line {line}: expected {header.Length} values and a whole number as epoch, found '{ErrorText.Shortened(string.Join(',', cells))}'. "
                + "Run the part again, or remove the file.");
        }

        return new EpochMetrics(epoch, Value("train_loss"), Value("train_top1"), Value("validation_loss"), Value("validation_top1"));

        double? Value(string column)
        {
            int index = Array.IndexOf(header, column);
            if (index < 0 || cells[index].Length == 0)
            {
                return null;
            }

            return double.TryParse(cells[index], NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                ? double.IsFinite(value) ? value : null
                : throw new DatasetFormatException($"'{path}', line {line}: '{ErrorText.Shortened(cells[index])}' is no number. Run the part again, or remove the file.");
        }
    }
}
