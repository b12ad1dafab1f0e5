using System.Text.Json;
using TorchSharp;

namespace UcfActionRecognition;

/// <summary>
/// Puts a file's tensors into a model by name. First everything is compared by name, type and shape (TorchSharp's own
/// load_state_dict broadcasts shapes silently), then everything is read, and only then is the model changed.
/// </summary>
internal static class WeightsLoader
{
    private const int NamesInMessage = 6;
    private const string Counter = ".num_batches_tracked";

    /// <summary>
    /// Loads weights to start from: classifier for other classes and missing BatchNorm counters stay as initialised, layers that a
    /// truncated model does not have stay in the file.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="model">Receives the weights.</param>
    /// <param name="newHead">Whether the classifier stays as initialised in any case.</param>
    /// <exception cref="WeightsFormatException">The file does not fit the model; the model is as it was.</exception>
    public static WeightsLoadReport LoadPretrained(WeightsFile file, ActionModel model, bool newHead)
    {
        Dictionary<string, torch.Tensor> state = model.state_dict();
        bool head = !newHead && HeadFits(file, model, state);
        string[] kept = [.. state.Keys
            .Where(key => (!head && model.IsHead(key))
                || (key.EndsWith(Counter, StringComparison.Ordinal) && !file.Entries.ContainsKey(key)))
            .Order(StringComparer.Ordinal)];
        var wanted = state.Where(entry => !kept.Contains(entry.Key)).ToDictionary();
        var dropped = model.KeysLeftOut().Where(file.Entries.ContainsKey).ToHashSet();
        Load(file, model.Architecture, wanted, ignored: key => dropped.Contains(key) || (!head && model.IsHead(key)));
        return new WeightsLoadReport
        {
            Path = file.Path,
            Loaded = [.. wanted.Keys.Order(StringComparer.Ordinal)],
            KeptAsInitialized = kept,
            Dropped = [.. dropped.Order(StringComparer.Ordinal)],
            HeadLoaded = head,
            FileClasses = ClassesOf(file, model),
            ModelClasses = model.Classes.Count,
        };
    }

    /// <summary>Loads a whole model: every key, nothing else, and with the values it was saved with.</summary>
    /// <param name="file">The file.</param>
    /// <param name="model">Receives the weights.</param>
    /// <param name="hash">The model's hash when it was saved.</param>
    /// <exception cref="WeightsFormatException">The file is damaged or does not fit the model; the model is as it was.</exception>
    public static void LoadSaved(WeightsFile file, ActionModel model, string hash)
    {
        Load(file, model.Architecture, model.state_dict(), ignored: _ => false, check: loaded =>
        {
            if (ModelHash.Compute(model.Input, loaded) != hash)
            {
                throw new WeightsFormatException(
                    $"{file.Path}: the weights are not the ones that were saved: the file was damaged or changed.");
            }
        });
    }

    /// <summary>The groups that a file's model was trained on; none where the file is not a checkpoint of this library.</summary>
    public static IEnumerable<string> TrainedGroups(WeightsFile file)
    {
        try
        {
            return TrainedGroupsJson.Read(file.Metadata);
        }
        catch (JsonException)
        {
            // Another program's metadata under the same key says nothing about groups.
            return [];
        }
    }

    private static void Load(
        WeightsFile file,
        string architecture,
        Dictionary<string, torch.Tensor> wanted,
        Func<string, bool> ignored,
        Action<Dictionary<string, torch.Tensor>>? check = null)
    {
        Check(file, architecture, wanted, ignored);
        using var scope = torch.NewDisposeScope();
        var loaded = wanted.ToDictionary(entry => entry.Key, entry => file.Read(entry.Key));
        check?.Invoke(loaded);
        using var mode = torch.no_grad();
        foreach ((string key, torch.Tensor target) in wanted)
        {
            target.copy_(loaded[key]);
        }
    }

    // The classifier is taken unless the file has none, or one for other classes: another number of rows, or, where the file names
    // its classes, other names. Any other difference is left to the comparison of shapes.
    private static bool HeadFits(WeightsFile file, ActionModel model, Dictionary<string, torch.Tensor> state)
    {
        string[] keys = [.. state.Keys.Where(model.IsHead)];
        if (!keys.Any(file.Entries.ContainsKey))
        {
            return false;
        }

        string[] different = [.. keys.Where(key =>
            !file.Entries.TryGetValue(key, out WeightsEntry? entry) || !entry.Shape.SequenceEqual(state[key].shape))];
        bool otherNumber = different.Length > 0 && different.All(key =>
            file.Entries.TryGetValue(key, out WeightsEntry? entry)
            && entry.Shape.Length == state[key].ndim
            && entry.Shape.Skip(1).SequenceEqual(state[key].shape.Skip(1)));
        return !otherNumber && !NamesOtherClasses(file, model);
    }

    // The last layer of a classifier has a row for each class, and its keys are the last of the classifier's.
    private static int? ClassesOf(WeightsFile file, ActionModel model) => model.state_dict().Keys
        .Where(key => model.IsHead(key) && file.Entries.ContainsKey(key))
        .Select(key => file.Entries[key].Shape)
        .LastOrDefault() is [>= 0 and <= int.MaxValue and var classes, ..] ? (int)classes : null;

    private static bool NamesOtherClasses(WeightsFile file, ActionModel model)
    {
        if (!file.Metadata.TryGetValue(ModelCheckpoint.ClassesKey, out string? json))
        {
            return false;
        }

        try
        {
            string[]? classes = JsonSerializer.Deserialize(json, ModelJson.Default.StringArray);
            return classes is not null && !classes.SequenceEqual(model.Classes);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // Another program's metadata under the same key says nothing about classes.
            return false;
        }
    }

    private static void Check(WeightsFile file, string architecture, Dictionary<string, torch.Tensor> wanted, Func<string, bool> ignored)
    {
        string[] missing = [.. wanted.Keys.Where(key => !file.Entries.ContainsKey(key)).Order(StringComparer.Ordinal)];
        string[] unexpected = [.. file.Entries.Keys
            .Where(key => !wanted.ContainsKey(key) && !ignored(key) && !TrainingCheckpoint.IsTrainingState(file, key))
            .Order(StringComparer.Ordinal).Select(ErrorText.Shortened)];
        string[] different = [.. wanted.Keys
            .Where(key => file.Entries.TryGetValue(key, out WeightsEntry? entry) && !Fits(entry, wanted[key]))
            .Order(StringComparer.Ordinal)
            .Select(key => $"{key} (file {Describe(file.Entries[key].Type, file.Entries[key].Shape)}, "
                + $"model {Describe(wanted[key].dtype, wanted[key].shape)})")];
        if (missing.Length + unexpected.Length + different.Length > 0)
        {
            string found = ResNetSignature.Of(file.Entries) is { } signature && signature.Architecture != architecture
                ? $" By its keys and shapes it is of {signature}."
                : "";
            throw new WeightsFormatException(
                $"{file.Path} does not fit {architecture}; the model is unchanged.{found}"
                + List("missing", missing) + List("unexpected", unexpected) + List("different", different));
        }
    }

    private static bool Fits(WeightsEntry entry, torch.Tensor target) =>
        entry.Shape.SequenceEqual(target.shape) && torch.is_floating_point(entry.Type) == torch.is_floating_point(target.dtype);

    private static string Describe(torch.ScalarType type, long[] shape) => $"{type} [{string.Join(", ", shape)}]";

    private static string List(string what, string[] names) => names.Length switch
    {
        0 => "",
        <= NamesInMessage => $" {names.Length} {what}: {string.Join(", ", names)}.",
        _ => $" {names.Length} {what}: {string.Join(", ", names.Take(NamesInMessage))} and {names.Length - NamesInMessage} more.",
    };
}
