using System.Reflection;
using System.Text.Json;
using TorchSharp;

namespace UcfActionRecognition;

/// <summary>
/// A trained model in one safetensors file: its state dict, and as metadata its architecture, classes, input specification, hash and the groups of videos
/// that it was trained on.
/// Written whole or not at all; readable by any safetensors reader.
/// </summary>
public static class ModelCheckpoint
{
    internal const string ClassesKey = "classes";

    private const int MessageLength = 300;
    private const string ArchitectureKey = "architecture";
    private const string InputKey = "input";
    private const string VersionKey = "library_version";
    private const string HashKey = "model_hash";

    internal static readonly string[] OwnKeys = [ArchitectureKey, ClassesKey, InputKey, VersionKey, HashKey, TrainedGroupsJson.Key];

    /// <summary>Saves a model.</summary>
    /// <param name="path">The file to write; replaced if it is there.</param>
    /// <param name="model">The model, on any device.</param>
    /// <param name="metadata">More to store: names and values of the caller's own.</param>
    /// <exception cref="ArgumentException">
    /// A name in <paramref name="metadata"/> is one of the checkpoint's own: <c>architecture</c>, <c>classes</c>, <c>input</c>,
    /// <c>library_version</c>, <c>model_hash</c>, <c>trained_groups</c>.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written; what was there before is as it was.</exception>
    public static void Save(string path, ActionModel model, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(model);
        Save(path, model, metadata ?? new Dictionary<string, string>(), new Dictionary<string, torch.Tensor>());
    }

    /// <summary>Saves a model with tensors beside its own, whose names no state-dict key has.</summary>
    internal static void Save(
        string path, ActionModel model, IReadOnlyDictionary<string, string> metadata, IReadOnlyDictionary<string, torch.Tensor> beside)
    {
        var all = new Dictionary<string, string>(metadata);
        if (OwnKeys.FirstOrDefault(all.ContainsKey) is string taken)
        {
            throw new ArgumentException($"The name '{taken}' is the checkpoint's own.", nameof(metadata));
        }

        all[ArchitectureKey] = model.Architecture;
        all[ClassesKey] = JsonSerializer.Serialize([.. model.Classes], ModelJson.Default.StringArray);
        all[InputKey] = model.Input.ToJson();
        all[VersionKey] = LibraryVersion;
        all[HashKey] = model.ComputeHash();
        if (model.TrainedGroups.Count > 0)
        {
            all[TrainedGroupsJson.Key] = TrainedGroupsJson.Write(model.TrainedGroups);
        }

        SafetensorsFile.Write(path, new Dictionary<string, torch.Tensor>([.. model.state_dict(), .. beside]), all);
    }

    /// <summary>Reads what a checkpoint says about its model; the weights are not read.</summary>
    /// <param name="path">A file that <see cref="Save(string, ActionModel, IReadOnlyDictionary{string, string}?)"/> wrote.</param>
    /// <exception cref="CheckpointException">The file is missing, broken, or no checkpoint.</exception>
    public static ModelCheckpointInfo ReadInfo(string path)
    {
        using SafetensorsFile file = Open(path);
        return ReadInfo(file);
    }

    /// <summary>What the keys and shapes of the weights say of the network, whatever the metadata says.</summary>
    /// <exception cref="CheckpointException">The file is missing or broken.</exception>
    internal static ResNetSignature? ReadSignature(string path)
    {
        using SafetensorsFile file = Open(path);
        return ResNetSignature.Of(file.Entries);
    }

    /// <summary>
    /// Loads a checkpoint into a model of the same architecture, classes and input; all of it, or nothing when it throws.
    /// </summary>
    /// <param name="path">A file that <see cref="Save(string, ActionModel, IReadOnlyDictionary{string, string}?)"/> wrote.</param>
    /// <param name="model">Receives the weights.</param>
    /// <exception cref="CheckpointException">
    /// The file is missing or damaged, or it is of another architecture, of other classes or of other input; the message names both.
    /// </exception>
    public static void Load(string path, ActionModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        using SafetensorsFile file = Open(path);
        ModelCheckpointInfo info = ReadInfo(file);
        if (info.Architecture != model.Architecture)
        {
            throw new CheckpointException($"{path} is of {ErrorText.Shortened(info.Architecture)}; the model is {model.Architecture}.");
        }

        if (!info.Classes.SequenceEqual(model.Classes))
        {
            throw new CheckpointException($"{path} is for other classes: {ClassDifference(info.Classes, model.Classes)}.");
        }

        if (info.Input != model.Input)
        {
            throw new CheckpointException($"{path} is for {info.Input}; the model is for {model.Input}.");
        }

        try
        {
            WeightsLoader.LoadSaved(file, model, info.ModelHash);
            model.SetTrainedGroups(info.TrainedGroups);
        }
        catch (WeightsFormatException failure)
        {
            throw new CheckpointException(failure.Message, failure);
        }
    }

    private static string LibraryVersion =>
        typeof(ModelCheckpoint).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    internal static SafetensorsFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return SafetensorsFile.Open(path);
        }
        catch (WeightsFormatException failure)
        {
            throw new CheckpointException(failure.Message, failure);
        }
    }

    private static ModelCheckpointInfo ReadInfo(SafetensorsFile file)
    {
        try
        {
            string[] classes = JsonSerializer.Deserialize(Own(ClassesKey), ModelJson.Default.StringArray)
                ?? throw new JsonException("null");
            return new ModelCheckpointInfo
            {
                Architecture = Name(ArchitectureKey),
                Classes = ActionModel.CheckedClasses(classes),
                Input = InputSpec.FromJson(Own(InputKey)),
                LibraryVersion = Own(VersionKey),
                ModelHash = Own(HashKey),
                TrainedGroups = TrainedGroupsJson.Read(file.Metadata),
                Metadata = file.Metadata
                    .Where(entry => !OwnKeys.Contains(entry.Key) && !TrainingCheckpoint.StateKeys.Contains(entry.Key)).ToDictionary(),
            };
        }
        catch (Exception failure) when (failure is JsonException or ArgumentException or InvalidOperationException)
        {
            // InvalidOperationException is what System.Text.Json throws for text that is no valid UTF-16.
            throw new CheckpointException(
                $"{file.Path}: the checkpoint's classes, input or trained groups cannot be read. {ErrorText.ShortenedTo(MessageLength, failure.Message)}",
                failure);
        }

        // It goes into messages, there too where models are made by it.
        string Name(string key)
        {
            string shown = ErrorText.Shortened(Own(key));
            return shown == Own(key) ? shown : throw new CheckpointException($"{file.Path}: the checkpoint's {key}, '{shown}', is no name.");
        }

        string Own(string key) => file.Metadata.TryGetValue(key, out string? value)
            ? value
            : throw new CheckpointException(
                $"{file.Path}: no checkpoint of a model, it has no '{key}'. For plain weights use PretrainedWeights.");
    }

    private static string ClassDifference(IReadOnlyList<string> file, IReadOnlyList<string> model)
    {
        int index = file.Zip(model).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"the file has {file.Count}, the model {model.Count}; the first difference is class {index}, "
            + $"'{ErrorText.Shortened(file.ElementAtOrDefault(index) ?? "none")}' in the file and '{model.ElementAtOrDefault(index) ?? "none"}' in the model";
    }
}
