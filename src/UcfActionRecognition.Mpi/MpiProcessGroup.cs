using System.Runtime.InteropServices;

namespace UcfActionRecognition;

/// <summary>
/// The processes that <c>mpirun</c> (or <c>srun</c>) started, as the group of a training: <c>TrainerOptions.ProcessGroup</c>. The MPI library is one that is installed on the
/// machine, found at run time: Open MPI 3 to 5, or MPICH 3 and 4 and those that share its ABI.
/// </summary>
/// <remarks>
/// <code>
/// return MpiProcessGroup.Run(group =>
/// {
///     var trainer = new Trainer(new TrainerOptions { ProcessGroup = group, OutputFolder = "output" });
///     trainer.Fit(model, loader);
///     return 0;
/// });
/// </code>
/// </remarks>
public sealed class MpiProcessGroup : IProcessGroup
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly MpiCalls _mpi;

    private MpiProcessGroup(MpiCalls mpi)
    {
        _mpi = mpi;
        (Rank, Size) = mpi.World();
        LocalRank = mpi.LocalRank();
    }

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Size { get; }

    /// <summary>This process's number among those of its machine, from 0: the number of its GPU, where each has one.</summary>
    public int LocalRank { get; }

    /// <summary>The MPI library in words.</summary>
    public string Library => _mpi.Library.Name;

    /// <summary>
    /// Starts MPI, runs a program and ends MPI. It can be done once in a process. Started without <c>mpirun</c>, the group is this process alone.
    /// </summary>
    /// <param name="program">What this process does of the job.</param>
    /// <returns>What <paramref name="program"/> returned.</returns>
    /// <exception cref="ProcessGroupException">
    /// There is no MPI library, it is an unknown one, or another one than that of the <c>mpirun</c> that started this process; the message says what was looked for.
    /// </exception>
    /// <remarks>
    /// When the program ends by an exception, and the other processes do not end as well within five seconds, they would wait for this one in vain: once this
    /// process ends, all are ended, by MPI_Abort. So <paramref name="program"/> must not catch what ends it; the caller may. An exception that nobody catches ends the process at once, and
    /// the launcher ends the others.
    /// </remarks>
    public static T Run<T>(Func<MpiProcessGroup, T> program)
    {
        ArgumentNullException.ThrowIfNull(program);
        var mpi = MpiCalls.Start(Environment.GetEnvironmentVariable);
        T result;
        try
        {
            result = program(new MpiProcessGroup(mpi));
        }
        catch (Exception error)
        {
            // Not yet: the caller has still to say what went wrong.
            if (error is ProcessGroupException || !HaveAllEnded(mpi))
            {
                AppDomain.CurrentDomain.ProcessExit += (_, _) => mpi.Abort(Environment.ExitCode == 0 ? 1 : Environment.ExitCode);
            }

            throw;
        }

        mpi.TryEnd(Timeout.InfiniteTimeSpan);
        return result;
    }

    /// <inheritdoc/>
    public void Broadcast(Span<byte> bytes, int root)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(root);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(root, Size);
        _mpi.Broadcast(bytes, root);
    }

    /// <inheritdoc/>
    public void AllReduceSum(Span<float> values) => _mpi.AllReduceSum(MemoryMarshal.AsBytes(values), values.Length, _mpi.Library.Abi.Float);

    /// <inheritdoc/>
    public void AllReduceSum(Span<double> values) => _mpi.AllReduceSum(MemoryMarshal.AsBytes(values), values.Length, _mpi.Library.Abi.Double);

    private static bool HaveAllEnded(MpiCalls mpi)
    {
        try
        {
            return mpi.TryEnd(Patience);
        }
        catch (ProcessGroupException)
        {
            return false;
        }
    }
}
