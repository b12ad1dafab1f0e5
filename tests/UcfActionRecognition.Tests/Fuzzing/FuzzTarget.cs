namespace UcfActionRecognition.Tests.Fuzzing;

/// <summary>
/// Something that reads files of strangers, and how its files are damaged. A mutant is a function of its number alone; the first
/// <see cref="Seeds"/> numbers are good files.
/// </summary>
internal abstract class FuzzTarget : IDisposable
{
    /// <summary>The targets by name, made anew.</summary>
    public static IReadOnlyDictionary<string, Func<FuzzTarget>> All { get; } = new Dictionary<string, Func<FuzzTarget>>
    {
        ["hdf5"] = () => new Hdf5VideoTarget(),
        ["lists"] = () => new SplitListTarget(),
        ["checkpoint"] = () => new CheckpointTarget(),
        ["predictions"] = () => new PredictionsTarget(),
        ["ffmpeg"] = () => new FFmpegTarget(),
        ["deadly"] = () => new DeadlyTarget(),
    };

    /// <summary>How many good files the mutants are made from.</summary>
    public abstract int Seeds { get; }

    /// <summary>The most that reading one mutant may allocate on the managed heap.</summary>
    public virtual long AllocatedBytes => 64 << 20;

    /// <summary>Makes what all mutants share, once per process.</summary>
    /// <param name="folder">The folder that the mutants are written to.</param>
    public virtual void Prepare(string folder)
    {
    }

    /// <summary>The files of a mutant.</summary>
    public abstract IReadOnlyList<FuzzFile> Make(int number);

    /// <summary>Reads the files of a mutant; throws where they are refused, and <see cref="InvalidOperationException"/> where what was read cannot be.</summary>
    public abstract void Read(string folder, int number);

    /// <summary>Whether the documentation of what was called names this exception for bad files.</summary>
    public abstract bool IsDocumented(Exception error);

    public virtual void Dispose()
    {
    }

    /// <summary>Randomness that depends on the mutant's number only.</summary>
    protected static Random RandomOf(int number) => new((number * 7919) ^ 0x5EED);

    /// <summary>Holds what was read against what it may be.</summary>
    protected static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }
}
