using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>Begins a training or goes on with one: rank 0 reads the checkpoint, and all begin as it does.</summary>
internal sealed class TrainingStart(
    TrainerOptions options, ILogger logger, Ranks ranks, ActionModel model, ClipLoader training, Optimizer optimizer, TrainingFolder folder)
{
    private int BatchSize => training.Options.BatchSize;

    /// <summary>
    /// How the epochs make batches. Where the training goes on with another number of processes, that is as before.
    /// </summary>
    public BatchPlan Plan()
    {
        int all = folder.ResumePath is { } path ? TrainingCheckpoint.ReadBatchSize(path, BatchSize, ranks.Count) : BatchSize * ranks.Count;
        ranks.Meet();
        all = BitConverter.ToInt32(ranks.Broadcast(BitConverter.GetBytes(all)));
        if (all != BatchSize * ranks.Count)
        {
            TrainingLog.OtherRanks(logger, all, ranks.Count);
        }

        return training.Plan(all, ranks.Rank, ranks.Count);
    }

    /// <summary>Where the training stands; model, optimizer and generator are brought there.</summary>
    /// <param name="run">What has to be the same in all processes, and in the checkpoint.</param>
    /// <param name="batches">Batches of an epoch.</param>
    public TrainingState Begin(IReadOnlyDictionary<string, string> run, int batches)
    {
        string? path = folder.ResumePath;
        folder.Begin(resumes: path is not null);
        TrainingState state = path is null ? BeginAnew(run) : Resume(path, run, batches);
        return ranks.IsAlone ? state : Share(state, run);
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

    private TrainingState Share(TrainingState own, IReadOnlyDictionary<string, string> run)
    {
        ranks.Meet();
        ranks.Broadcast(model.state_dict().Values.Concat(optimizer.State.Values));
        using Tensor generator = get_rng_state();
        ranks.Broadcast([generator]);
        set_rng_state(generator);
        byte[] json = ranks.Broadcast(JsonSerializer.SerializeToUtf8Bytes(own, TrainingJson.Default.TrainingState));
        TrainingState state = ranks.IsMain ? own : JsonSerializer.Deserialize(json, TrainingJson.Default.TrainingState)!;
        optimizer.Steps = state.Step;
        return TrainingIdentity.Difference(state.Run, run) is { } difference
            ? throw new ArgumentException(
                $"All processes have to train the same: of rank 0 and of rank {ranks.Rank}, {difference}. Give them the same options, and check that they see the same files.")
            : state;
    }
}
