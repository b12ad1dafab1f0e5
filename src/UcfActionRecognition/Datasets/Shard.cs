using System.Globalization;

namespace UcfActionRecognition;

/// <summary>
/// One of several parts of a list of videos, for processes that share work without talking to each other: each takes its own part of the same list.
/// The default value is <see cref="Whole"/>.
/// </summary>
public readonly record struct Shard
{
    /// <summary>
    /// Items that are never parted. Clips of videos of one block go through a model together, and never with those of another block, so what comes
    /// of them does not depend on how many shards there are.
    /// </summary>
    internal const int Block = 16;

    // So that the default is the whole.
    private readonly int _others;

    /// <summary>Creates a shard.</summary>
    /// <param name="index">Which one, from 0.</param>
    /// <param name="count">How many there are, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such shard.</exception>
    public Shard(int index, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count);
        Index = index;
        _others = count - 1;
    }

    /// <summary>All of a list.</summary>
    public static Shard Whole => default;

    /// <summary>Which one, from 0.</summary>
    public int Index { get; }

    /// <summary>How many there are.</summary>
    public int Count => _others + 1;

    /// <summary>Reads a shard as people write it: <c>2/4</c> is the second of four.</summary>
    /// <exception cref="ArgumentException">The text is no shard.</exception>
    public static Shard Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split('/') is [var first, var second] && IsNumber(first, out int number) && IsNumber(second, out int count) && number >= 1 && number <= count
            ? new Shard(number - 1, count)
            : throw new ArgumentException($"'{text}' is no shard. A shard is its number and how many there are, from 1/4 to 4/4.", nameof(text));
    }

    /// <summary>
    /// The shard that the system which started this process numbers it as: a pod of an indexed job of Kubernetes, or a task of a job array of Slurm,
    /// or a rank of MPI or of <c>srun</c>. Where a pod or a task of an array starts ranks, each of them is a shard: 3 tasks of 4 ranks make 12.
    /// </summary>
    /// <remarks>
    /// Looked for are, of the first: <c>JOB_COMPLETION_INDEX</c> with <c>JOB_COMPLETIONS</c>, which Kubernetes does not set and the manifest has to;
    /// then <c>SLURM_ARRAY_TASK_ID</c> with <c>_MIN</c>, <c>_COUNT</c> and, where they are there, <c>_STEP</c> and <c>_MAX</c>. Of the ranks:
    /// <c>OMPI_COMM_WORLD_RANK</c> with <c>OMPI_COMM_WORLD_SIZE</c> (Open MPI), <c>PMI_RANK</c> with <c>PMI_SIZE</c> (MPICH, Intel MPI), then
    /// <c>SLURM_PROCID</c> with <c>SLURM_STEP_NUM_TASKS</c> (<c>srun</c>; a batch script itself, which has no step, is no rank).
    /// A lost task of an array is best run again by naming its shard: in an array of its own it is one of one, and so has all that is left to do.
    /// </remarks>
    /// <exception cref="ActionRecognitionException">There is nothing of that, or a variable is missing or no sensible number.</exception>
    public static Shard FromEnvironment() => FromEnvironment(Environment.GetEnvironmentVariable);

    internal static Shard FromEnvironment(Func<string, string?> variable) => new ShardEnvironment(variable).Find();

    /// <summary>
    /// This shard's part of a list: neighbours, in the order of the list, in whole blocks of 16, so that parts differ by 16 items at most. The parts of
    /// all shards are the list. A part is empty where there are more shards than blocks.
    /// </summary>
    public IReadOnlyList<T> Of<T>(IReadOnlyList<T> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        int blocks = (int)(((long)items.Count + Block - 1) / Block);
        int start = Start(Index, blocks, items.Count);
        return [.. items.Skip(start).Take(Start(Index + 1, blocks, items.Count) - start)];
    }

    /// <summary>As <see cref="Parse"/> reads it: <c>2/4</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Index + 1}/{Count}");

    private int Start(int index, int blocks, int items) => (int)Math.Min((long)index * blocks / Count * Block, items);

    private static bool IsNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
