namespace UcfActionRecognition;

/// <summary>
/// Processes that train one model together, each on a part of every batch: what a <see cref="Trainer"/> needs of a message-passing library. The package
/// <c>UcfActionRecognition.Mpi</c> has one for MPI.
/// </summary>
/// <remarks>
/// The methods are collective: every process of the group calls the same ones in the same order, on spans of the same length, and each returns when the
/// process has its result. One thread at a time.
/// </remarks>
public interface IProcessGroup
{
    /// <summary>This process's number, 0 to <see cref="Size"/> - 1. Rank 0 writes the files and the log.</summary>
    int Rank { get; }

    /// <summary>The number of processes, at least 1.</summary>
    int Size { get; }

    /// <summary>Gives all the bytes of one of them.</summary>
    /// <param name="bytes">What <paramref name="root"/> has; receives it in the others.</param>
    /// <param name="root">The rank whose bytes they are.</param>
    void Broadcast(Span<byte> bytes, int root);

    /// <summary>Adds up, element by element, and gives all the sums, the same to the bit.</summary>
    /// <param name="values">The terms; receives the sums.</param>
    void AllReduceSum(Span<float> values);

    /// <inheritdoc cref="AllReduceSum(Span{float})"/>
    void AllReduceSum(Span<double> values);
}
