using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>Begins a training or goes on with one: rank 0 reads the checkpoint, and all begin as it does.</summary>
internal sealed class TrainingStart(
    TrainerOptions options, ILogger logger, Ranks ranks, ActionModel model, ClipLoader training, ClipLoader? validation, Optimizer optimizer, TrainingFolder folder)
{
    private int BatchSize => training.Options.BatchSize;

    /// <summary>
    /// How the epochs make batches. Where the training goes on with another number of processes, that is as before.
    /// </summary>
    /// <exception cref="ArgumentException">The processes do not train the same.</exception>
    public BatchPlan Plan()
    {
        BatchPlan asked = training.Plan(batchSize: null, ranks.Rank, ranks.Count);
        if (!ranks.IsAlone)
        {
            CheckSame();
        }

        string? path = folder.ResumePath;
        int all = path is null ? asked.BatchSize : TrainingCheckpoint.ReadBatchSize(path, BatchSize, ranks.Count);
        ranks.Meet();
        all = BitConverter.ToInt32(ranks.Broadcast(BitConverter.GetBytes(all)));
        if (all == asked.BatchSize)
        {
            return asked;
        }

        TrainingLog.OtherRanks(logger, all, ranks.Count);
        try
        {
            return training.Plan(all, ranks.Rank, ranks.Count);
        }
        catch (ArgumentOutOfRangeException error)
        {
            throw new CheckpointException($"{path ?? "The checkpoint of rank 0"}: its batches of {all} videos are too large for {ranks.Count} processes: {error.Message}", error);
        }
    }

    /// <summary>Where the training stands; model, optimizer and generator are brought there.</summary>
    /// <param name="run">What has to be the same in all processes, and in the checkpoint.</param>
    /// <param name="batches">Batches of an epoch.</param>
    public TrainingState Begin(IReadOnlyDictionary<string, string> run, int batches)
    {
        string? path = folder.ResumePath;
        folder.Begin(resumes: path is not null);
        TrainingState state = path is null ? BeginAnew(run) : Resume(path, run, batches);
        return ranks.IsAlone ? state : Share(state);
    }

    private TrainingState BeginAnew(IReadOnlyDictionary<string, string> run)
    {
        if (options.Resume)
        {
            TrainingLog.NothingToResume(logger, folder.LastPath!);
        }

        return new TrainingState { Run = run, BatchSize = BatchSize };
    }

    private TrainingState Resume(string path, IReadOnlyDictionary<string, string> run, int batches)
    {
        (TrainingState state, string? threads) = TrainingCheckpoint.Load(path, model, optimizer, run);
        if (state.Batch >= batches || (state.ValidationPending && state is { Batch: 0, Epoch: 0 }))
        {
            throw new CheckpointException($"{path}: the state of the training is impossible: batch {state.Batch} of an epoch of {batches}.");
        }

        state.BatchSize = BatchSize;
        TrainingLog.Resumed(logger, path, state.Epoch + 1, state.Batch, state.Step);
        if (threads != TorchRuntime.Threads.ToString(CultureInfo.InvariantCulture))
        {
            TrainingLog.OtherThreads(logger, path, threads ?? "unknown", TorchRuntime.Threads);
        }

        return state;
    }

    private TrainingState Share(TrainingState own)
    {
        ranks.Meet();
        ranks.Broadcast(model.state_dict().Values.Concat(optimizer.State.Values));
        using Tensor generator = get_rng_state();
        ranks.Broadcast([generator]);
        set_rng_state(generator);
        byte[] groups = ranks.Broadcast(JsonSerializer.SerializeToUtf8Bytes([.. model.TrainedGroups], TrainingJson.Default.StringArray));
        byte[] json = ranks.Broadcast(JsonSerializer.SerializeToUtf8Bytes(own, TrainingJson.Default.TrainingState));
        if (ranks.IsMain)
        {
            return own;
        }

        model.SetTrainedGroups(JsonSerializer.Deserialize(groups, TrainingJson.Default.StringArray)!);
        TrainingState state = JsonSerializer.Deserialize(json, TrainingJson.Default.TrainingState)!;
        optimizer.Steps = state.Step;
        return state;
    }

    // Whatever differs would sooner or later have them in different exchanges, or mix their numbers.
    private void CheckSame()
    {
        ranks.Meet();
        Dictionary<string, string> own = TrainingIdentity.OfProcess(model, optimizer, training, validation, options);
        byte[] json = ranks.Broadcast(JsonSerializer.SerializeToUtf8Bytes(own, TrainingJson.Default.DictionaryStringString));
        if (TrainingIdentity.Difference(JsonSerializer.Deserialize(json, TrainingJson.Default.DictionaryStringString)!, own) is { } difference)
        {
            throw new ArgumentException(
                $"All processes have to train the same: of rank 0 and of rank {ranks.Rank}, {difference}. Give them the same model, videos and options, and check that they see the same files.");
        }
    }
}
