using System.Globalization;
using System.Text;
using System.Text.Json;
using TorchSharp;

namespace UcfActionRecognition;

/// <summary>
/// A checkpoint that a training can go on from: a <see cref="ModelCheckpoint"/> that also holds the optimizer's tensors and the state of torch's generator, as
/// tensors under <c>training.</c>, and the <see cref="TrainingState"/> as metadata.
/// </summary>
internal static class TrainingCheckpoint
{
    public const string EpochKey = "epoch";
    public const string ThreadsKey = "torch_threads";

    // The reader takes 32 Mi characters, 12 Mi of them of groups.
    private const int LongestState = 12 << 20;

    private const string StateKey = "training";
    private const string HashKey = "training_hash";
    private const string TensorPrefix = "training.";
    private const string GeneratorName = TensorPrefix + "generator";
    private const string OptimizerPrefix = TensorPrefix + "optimizer.";

    /// <summary>What only a resume reads.</summary>
    public static IReadOnlyList<string> StateKeys { get; } = [StateKey, HashKey];

    /// <summary>The names that a caller's metadata must not have.</summary>
    public static IReadOnlyList<string> OwnKeys { get; } = [EpochKey, ThreadsKey, StateKey, HashKey];

    /// <summary>Whether a tensor of a file is none of the model's but of the training's state.</summary>
    public static bool IsTrainingState(WeightsFile file, string key) =>
        key.StartsWith(TensorPrefix, StringComparison.Ordinal) && file.Metadata.ContainsKey(StateKey);

    public static void Save(string path, ActionModel model, Optimizer optimizer, TrainingState state, IReadOnlyDictionary<string, string> metadata)
    {
        using var scope = torch.NewDisposeScope();
        Dictionary<string, torch.Tensor> tensors = StateTensors(optimizer);
        tensors[GeneratorName] = torch.get_rng_state();
        string json = Write(state);

        ModelCheckpoint.Save(
            path, model, new Dictionary<string, string>(metadata)
            {
                [EpochKey] = state.Epoch.ToString(CultureInfo.InvariantCulture),
                [ThreadsKey] = TorchRuntime.Threads.ToString(CultureInfo.InvariantCulture),
                [StateKey] = json,
                [HashKey] = Hash(json, tensors),
            },
            tensors);
    }

    /// <summary>
    /// The batch size, all processes together, with which a training goes on: its own where the same command runs again, be it on another number of
    /// processes; else what is asked for.
    /// </summary>
    /// <param name="path">The checkpoint.</param>
    /// <param name="batchSize">The batch size of each process that is asked for.</param>
    /// <param name="ranks">Processes.</param>
    /// <exception cref="CheckpointException">The file is damaged or no training's.</exception>
    public static int ReadBatchSize(string path, int batchSize, int ranks)
    {
        using SafetensorsFile file = ModelCheckpoint.Open(path);
        TrainingState state = ReadState(file);
        return int.TryParse(state.Run.GetValueOrDefault(TrainingIdentity.BatchSize), NumberStyles.None, CultureInfo.InvariantCulture, out int stored)
            && stored > 0 && batchSize == state.BatchSize
            ? stored
            : (int)Math.Min((long)batchSize * ranks, int.MaxValue);
    }

    /// <summary>Puts model, optimizer and torch's generator into the state of a checkpoint.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">Of the checkpoint's architecture, classes and input.</param>
    /// <param name="optimizer">Of the same kind and parameters.</param>
    /// <param name="run">What has to be the same.</param>
    /// <returns>The training's state, and with how many threads it was written.</returns>
    /// <exception cref="CheckpointException">The file is damaged, is no training's, or of another training; the message says in what. Nothing was changed then.</exception>
    public static (TrainingState State, string? Threads) Load(
        string path, ActionModel model, Optimizer optimizer, IReadOnlyDictionary<string, string> run)
    {
        using SafetensorsFile file = ModelCheckpoint.Open(path);
        TrainingState state = ReadState(file);
        CheckRun(path, state.Run, run);
        using var scope = torch.NewDisposeScope();
        Dictionary<string, torch.Tensor> own = StateTensors(optimizer);
        Dictionary<string, torch.Tensor> stored = ReadTensors(file, own);
        ModelCheckpoint.Load(path, model);
        using (torch.no_grad())
        {
            foreach ((string name, torch.Tensor tensor) in own)
            {
                tensor.copy_(stored[name]);
            }
        }

        optimizer.Steps = state.Step;
        torch.set_rng_state(stored[GeneratorName]);
        return (state, file.Metadata.GetValueOrDefault(ThreadsKey));
    }

    // Where many thousands of videos cannot be read, first the reasons are left out, then the names in epochs that are done.
    private static string Write(TrainingState state) => new[] { state, state.WithoutReasons(), state.WithoutFailures() }
        .Select(form => JsonSerializer.Serialize(form, TrainingJson.Default.TrainingState))
        .FirstOrDefault(json => json.Length <= LongestState)
        ?? throw new ActionRecognitionException(
            $"The state of the training takes more than {LongestState} characters: too many videos of one epoch cannot be read, or there were too many validations (ValidateEverySteps).");

    private static Dictionary<string, torch.Tensor> StateTensors(Optimizer optimizer) =>
        optimizer.State.ToDictionary(entry => OptimizerPrefix + entry.Key, entry => entry.Value);

    private static TrainingState ReadState(SafetensorsFile file)
    {
        if (!file.Metadata.TryGetValue(StateKey, out string? json))
        {
            throw new CheckpointException($"{file.Path} holds a model but no state of a training: it cannot be resumed, only loaded. Train without Resume.");
        }

        try
        {
            TrainingState? state = JsonSerializer.Deserialize(json, TrainingJson.Default.TrainingState);
            return state is { IsPossible: true } ? state : throw new JsonException("its numbers contradict each other");
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or NotSupportedException or ArgumentException)
        {
            throw new CheckpointException($"{file.Path}: the state of the training cannot be read: {ErrorText.ShortenedTo(300, failure.Message)}", failure);
        }
    }

    private static void CheckRun(string path, IReadOnlyDictionary<string, string> stored, IReadOnlyDictionary<string, string> asked)
    {
        if (TrainingIdentity.Difference(stored, asked) is { } difference)
        {
            throw new CheckpointException(
                $"{path} is of another training: {difference}. Go on with the settings of that training, or begin anew without Resume.");
        }
    }

    // Into memory and compared with their hash before anything is changed.
    private static Dictionary<string, torch.Tensor> ReadTensors(SafetensorsFile file, Dictionary<string, torch.Tensor> own)
    {
        using torch.Tensor generator = torch.get_rng_state();
        var wanted = new Dictionary<string, torch.Tensor>(own) { [GeneratorName] = generator };
        string[] unfit = [.. wanted.Where(entry => !file.Entries.TryGetValue(entry.Key, out WeightsEntry? found)
            || found.Type != entry.Value.dtype || !found.Shape.SequenceEqual(entry.Value.shape)).Select(entry => entry.Key)];
        if (unfit.Length > 0)
        {
            throw new CheckpointException($"{file.Path}: the optimizer's {unfit[0]} is missing or of another shape: it is of another training, or damaged.");
        }

        try
        {
            var stored = wanted.Keys.ToDictionary(name => name, file.Read);
            return Hash(file.Metadata[StateKey], stored) == file.Metadata.GetValueOrDefault(HashKey)
                ? stored
                : throw new CheckpointException($"{file.Path}: the state of the training is not the one that was saved: the file was damaged or changed.");
        }
        catch (WeightsFormatException failure)
        {
            throw new CheckpointException(failure.Message, failure);
        }
    }

    private static string Hash(string json, Dictionary<string, torch.Tensor> tensors) => ModelHash.Compute(Encoding.UTF8.GetBytes(json), tensors);
}
