using System.Diagnostics;

namespace UcfActionRecognition;

/// <summary>Calls MPI: started once in a process, and ended once. One thread at a time.</summary>
internal sealed unsafe class MpiCalls
{
    // MPI_THREAD_SERIALIZED: calls may come from any thread, one at a time.
    private const int Serialized = 2;

    // A process that waits for the last one costs no core meanwhile.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly delegate* unmanaged<void*, int, nint, int, nint, int> _broadcast;
    private readonly delegate* unmanaged<nint, void*, int, nint, nint, nint, int> _allReduce;

    // For the end alone: a process may be in an exchange of the world's that others never come to.
    private readonly MpiCommunicator _end;

    private MpiCalls(MpiLibrary library)
    {
        Library = library;
        _broadcast = (delegate* unmanaged<void*, int, nint, int, nint, int>)library.Function("MPI_Bcast");
        _allReduce = (delegate* unmanaged<nint, void*, int, nint, nint, nint, int>)library.Function("MPI_Allreduce");
        var setHandler = (delegate* unmanaged<nint, nint, int>)library.Function("MPI_Comm_set_errhandler");
        library.Check(setHandler(library.Abi.World, library.Abi.ErrorsReturn), "MPI_Comm_set_errhandler");
        var duplicate = (delegate* unmanaged<nint, nint*, int>)library.Function("MPI_Comm_dup");
        nint end = 0;
        library.Check(duplicate(library.Abi.World, &end), "MPI_Comm_dup");
        _end = Own(end);
    }

    public MpiLibrary Library { get; }

    /// <exception cref="ProcessGroupException">See <see cref="MpiProcessGroup.Run"/>.</exception>
    public static MpiCalls Start(Func<string, string?> environment)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new ProcessGroupException("MPI is used on Linux and macOS; on Windows train in one process.");
        }

        var launcher = MpiLauncher.Find(environment);
        using var handlers = new SignalHandlers();
        var library = MpiLibrary.Load(launcher, environment);
        int flag;
        library.Check(((delegate* unmanaged<int*, int>)library.Function("MPI_Initialized"))(&flag), "MPI_Initialized");
        if (flag != 0)
        {
            throw new ProcessGroupException($"MPI was started in this process before ({library.Name}); it can be started once.");
        }

        int provided;
        var start = (delegate* unmanaged<int*, byte***, int, int*, int>)library.Function("MPI_Init_thread");
        library.Check(start(null, null, Serialized, &provided), "MPI_Init_thread");
        var mpi = new MpiCalls(library);
        if (provided < Serialized)
        {
            throw new ProcessGroupException($"{library.Name} was built without threads (level {provided}); expected MPI_THREAD_SERIALIZED. Install one with them.");
        }

        (_, int size) = mpi.World();
        if (launcher is not null && launcher.Processes != size)
        {
            throw new ProcessGroupException(
                $"{launcher.Name} started {launcher.Processes} processes, but {library.Name} knows of {size}: it is another MPI than the launcher's. "
                + $"Start the program with the mpirun of that library, or set {MpiLibrary.PathVariable} to the launcher's own.");
        }

        return mpi;
    }

    /// <summary>This process's number among all, and how many there are.</summary>
    public (int Rank, int Size) World() => (Rank(Library.Abi.World), Number("MPI_Comm_size", Library.Abi.World));

    /// <summary>This process's number among those that share its machine's memory.</summary>
    public int LocalRank()
    {
        var split = (delegate* unmanaged<nint, int, int, nint, nint*, int>)Library.Function("MPI_Comm_split_type");
        nint local = 0;
        Library.Check(split(Library.Abi.World, Library.Abi.SharedMemory, 0, Library.Abi.NoInfo, &local), "MPI_Comm_split_type");
        using MpiCommunicator owner = Own(local);
        return Rank(local);
    }

    public void Broadcast(Span<byte> bytes, int root)
    {
        fixed (byte* first = bytes)
        {
            Library.Check(_broadcast(first, bytes.Length, Library.Abi.Byte, root, Library.Abi.World), "MPI_Bcast");
        }
    }

    /// <param name="values">The terms, which become the sums.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="type">Of which type.</param>
    public void AllReduceSum(Span<byte> values, int count, nint type)
    {
        fixed (byte* first = values)
        {
            Library.Check(_allReduce(Library.Abi.InPlace, first, count, type, Library.Abi.Sum, Library.Abi.World), "MPI_Allreduce");
        }
    }

    /// <summary>Waits until all processes are at their end, then ends MPI; nothing can be called afterwards.</summary>
    /// <returns>Whether they came in time; otherwise MPI goes on.</returns>
    public bool TryEnd(TimeSpan patience)
    {
        var begin = (delegate* unmanaged<nint, nint*, int>)Library.Function("MPI_Ibarrier");
        var test = (delegate* unmanaged<nint*, int*, nint, int>)Library.Function("MPI_Test");
        nint request = 0;
        Library.Check(begin(_end.DangerousGetHandle(), &request), "MPI_Ibarrier");
        long start = Stopwatch.GetTimestamp();
        int all;
        Library.Check(test(&request, &all, Library.Abi.NoStatus), "MPI_Test");
        while (all == 0)
        {
            if (patience != Timeout.InfiniteTimeSpan && Stopwatch.GetElapsedTime(start) > patience)
            {
                return false;
            }

            Thread.Sleep(Pause);
            Library.Check(test(&request, &all, Library.Abi.NoStatus), "MPI_Test");
        }

        _end.Dispose();
        Library.Check(((delegate* unmanaged<int>)Library.Function("MPI_Finalize"))(), "MPI_Finalize");
        return true;
    }

    /// <summary>Ends all processes, this one included.</summary>
    public void Abort(int exitCode) => _ = ((delegate* unmanaged<nint, int, int>)Library.Function("MPI_Abort"))(Library.Abi.World, exitCode);

    private int Rank(nint communicator) => Number("MPI_Comm_rank", communicator);

    private int Number(string function, nint communicator)
    {
        int number;
        Library.Check(((delegate* unmanaged<nint, int*, int>)Library.Function(function))(communicator, &number), function);
        return number;
    }

    private MpiCommunicator Own(nint communicator) => new(communicator, (delegate* unmanaged<nint*, int>)Library.Function("MPI_Comm_free"));
}
