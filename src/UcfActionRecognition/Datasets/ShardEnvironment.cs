using System.Globalization;

namespace UcfActionRecognition;

/// <summary>Finds out from the environment which one of several processes this one is.</summary>
/// <param name="variable">The value of a variable; <see langword="null"/> where it is not set.</param>
internal sealed class ShardEnvironment(Func<string, string?> variable)
{
    /// <exception cref="ActionRecognitionException">The environment does not say, or nothing sensible.</exception>
    public Shard Find()
    {
        Shard? job = Pod() ?? ArrayTask();
        Shard? rank = Rank("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE") ?? Rank("PMI_RANK", "PMI_SIZE") ?? SlurmRank();
        return (job, rank) switch
        {
            ({ } outer, { } inner) => Both(outer, inner),
            _ => job ?? rank ?? throw new ActionRecognitionException(
                "Nothing in the environment says which shard this process is: neither JOB_COMPLETION_INDEX (an indexed job of Kubernetes), nor "
                + "SLURM_ARRAY_TASK_ID (a job array of Slurm), nor OMPI_COMM_WORLD_RANK (Open MPI), nor PMI_RANK (MPICH), nor SLURM_PROCID with "
                + "SLURM_STEP_NUM_TASKS (srun). Start it by one of these, or name the shard, as in 2/4."),
        };
    }

    private static Shard Both(Shard job, Shard rank) => (long)job.Count * rank.Count <= int.MaxValue
        ? new Shard((job.Index * rank.Count) + rank.Index, job.Count * rank.Count)
        : throw new ActionRecognitionException($"{job.Count} jobs of {rank.Count} ranks are more shards than there can be.");

    private Shard? Pod()
    {
        if (Value("JOB_COMPLETION_INDEX") is not { } index)
        {
            return null;
        }

        return Value("JOB_COMPLETIONS") is { } completions
            ? Create("JOB_COMPLETION_INDEX", index, "JOB_COMPLETIONS", completions)
            : throw new ActionRecognitionException(
                $"JOB_COMPLETION_INDEX is {index}, but JOB_COMPLETIONS is not set, and Kubernetes does not set it. Set it in the manifest's env to the job's completions.");
    }

    private Shard? ArrayTask()
    {
        if (Value("SLURM_ARRAY_TASK_ID") is not { } id)
        {
            return null;
        }

        int first = Needed("SLURM_ARRAY_TASK_MIN");
        int count = Needed("SLURM_ARRAY_TASK_COUNT");
        int step = Math.Max(Value("SLURM_ARRAY_TASK_STEP") ?? 1, 1);

        // Of --array=1,5,7 no task knows which one it is.
        bool isEven = (long)(count - 1) * step == (Value("SLURM_ARRAY_TASK_MAX") ?? first + ((count - 1L) * step)) - first;
        return isEven && id >= first && (id - first) % step == 0
            ? Create("SLURM_ARRAY_TASK_ID", (id - first) / step, "SLURM_ARRAY_TASK_COUNT", count)
            : throw new ActionRecognitionException(
                $"The task {id} of a Slurm array of {count} from {first} on does not know its place, as the array has gaps. Take an array such as --array=0-3, "
                + "or name the shard, as in 2/4.");
    }

    private Shard? Rank(string rankName, string sizeName) => Value(rankName) is { } rank ? Create(rankName, rank, sizeName, Needed(sizeName)) : null;

    // SLURM_PROCID and SLURM_NTASKS are set in a batch script, too, which runs once.
    private Shard? SlurmRank() => Value("SLURM_STEP_NUM_TASKS") is { } size ? Create("SLURM_PROCID", Needed("SLURM_PROCID"), "SLURM_STEP_NUM_TASKS", size) : null;

    private static Shard Create(string indexName, int index, string countName, int count) => index < count
        ? new Shard(index, count)
        : throw new ActionRecognitionException($"{indexName} says that this is process {index} from 0, and {countName} that there are {count}. Name the shard, as in 2/4.");

    private int Needed(string name) =>
        Value(name) ?? throw new ActionRecognitionException($"{name} is not set, so the shards cannot be counted. Name the shard, as in 2/4.");

    private int? Value(string name) => variable(name) switch
    {
        null or "" => null,
        var text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            ? value
            : throw new ActionRecognitionException($"{name} is '{text}'; expected a number, 0 or more. Name the shard, as in 2/4."),
    };
}
