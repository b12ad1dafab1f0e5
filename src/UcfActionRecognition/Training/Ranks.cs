using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>
/// The processes of one training. Whatever they exchange begins with a meeting (<see cref="Meet"/>), where each says whether it goes on. So one that fails or
/// is cancelled between exchanges only has to come to the next meeting, and nobody waits for it in vain. What fails within an exchange cannot be told to the
/// others, and is a <see cref="ProcessGroupException"/>.
/// </summary>
/// <param name="group">What carries the messages.</param>
/// <param name="cancel">Cancels this process.</param>
internal sealed class Ranks(IProcessGroup group, CancellationToken cancel)
{
    // How many ranks fail, are cancelled, want the training to end, find its time over.
    private const int Signals = 4;

    /// <summary>The most sums that a meeting adds up.</summary>
    public const int MostSums = ClipSums.Terms + 1;

    private readonly double[] _meeting = new double[Signals + MostSums];

    public int Rank => group.Rank;

    public int Count => group.Size;

    public bool IsAlone => group.Size == 1;

    /// <summary>Whether this is the one that writes.</summary>
    public bool IsMain => group.Rank == 0;

    /// <summary>Whether a meeting ended with the cancellation of all.</summary>
    public bool IsCancelled { get; private set; }

    /// <summary>Does the work of all; what fails in one of them ends it in all.</summary>
    /// <exception cref="RankFailedException">Another one failed.</exception>
    /// <exception cref="OperationCanceledException">One was cancelled.</exception>
    public T Together<T>(Func<T> work)
    {
        try
        {
            T result = work();
            Meet();
            return result;
        }
        catch (RankFailedException)
        {
            throw;
        }
        catch (OperationCanceledException) when (IsCancelled || cancel.IsCancellationRequested)
        {
            AnnounceCancellation();

            // What rank 0 still writes is written when all leave.
            Meet();
            throw;
        }
        catch (Exception error) when (!IsAlone && error is not ProcessGroupException)
        {
            AnnounceFailure(error);
            throw;
        }
    }

    /// <summary>Tells the others, unless they know, that this one was cancelled.</summary>
    public void AnnounceCancellation()
    {
        if (IsCancelled)
        {
            return;
        }

        Exchange(new RankSignals { IsCancelled = true }, []);
        IsCancelled = true;
    }

    /// <summary>Waits for all, and learns whether one of them wants to end.</summary>
    /// <param name="signals">What this one says.</param>
    /// <param name="sums">Terms of sums, <see cref="MostSums"/> at most; receives the sums over all ranks.</param>
    /// <returns>What one or more of them said.</returns>
    /// <exception cref="RankFailedException">One failed.</exception>
    /// <exception cref="OperationCanceledException">One was cancelled.</exception>
    public RankSignals Meet(RankSignals signals = default, Span<double> sums = default)
    {
        RankSignals all = Exchange(signals, sums);
        if (all.IsCancelled)
        {
            IsCancelled = true;
            throw new OperationCanceledException("The training was cancelled.");
        }

        return all;
    }

    /// <summary>Gives all the tensors of rank 0: they are overwritten in the others.</summary>
    public void Broadcast(IEnumerable<Tensor> tensors)
    {
        if (!IsAlone)
        {
            InExchange(() =>
            {
                foreach (Tensor tensor in tensors)
                {
                    Broadcast(tensor);
                }
            });
        }
    }

    /// <summary>Gives all the bytes of rank 0.</summary>
    /// <param name="bytes">Those of rank 0; of no matter in the others.</param>
    public byte[] Broadcast(byte[] bytes) => IsAlone ? bytes : Broadcast(bytes, root: 0);

    /// <summary>The unreadable videos of all ranks, each once.</summary>
    public IReadOnlyList<VideoFailure> Gather(IReadOnlyList<VideoFailure> failures) => IsAlone
        ? failures
        : [.. GatherTexts(JsonSerializer.SerializeToUtf8Bytes(failures, TrainingJson.Default.IReadOnlyListVideoFailure))
            .SelectMany(list => JsonSerializer.Deserialize(list, TrainingJson.Default.IReadOnlyListVideoFailure)!)
            .DistinctBy(failure => failure.Video)];

    /// <summary>Does an exchange that a meeting has begun.</summary>
    /// <exception cref="ProcessGroupException">It failed: the others are in the midst of it.</exception>
    public static void InExchange(Action exchange)
    {
        try
        {
            exchange();
        }
        catch (Exception error) when (error is not ProcessGroupException)
        {
            throw new ProcessGroupException($"An exchange between processes was broken off: {error.Message}", error);
        }
    }

    /// <summary>Adds gradients up.</summary>
    public void Sum(Span<byte> floats) => group.AllReduceSum(MemoryMarshal.Cast<byte, float>(floats));

    private void Broadcast(Tensor tensor)
    {
        using IDisposable mode = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor host = tensor.detach().cpu().contiguous();
        group.Broadcast(host.bytes, root: 0);
        if (!IsMain)
        {
            tensor.copy_(host);
        }
    }

    // UTF-8, of each rank.
    private byte[][] GatherTexts(byte[] own)
    {
        byte[][] all = [];
        InExchange(() => all = [.. Enumerable.Range(0, Count).Select(rank => Broadcast(own, rank))]);
        return all;
    }

    private byte[] Broadcast(byte[] bytes, int root)
    {
        byte[] length = BitConverter.GetBytes(bytes.Length);
        group.Broadcast(length, root);
        byte[] all = Rank == root ? bytes : new byte[BitConverter.ToInt32(length)];
        group.Broadcast(all, root);
        return all;
    }

    private RankSignals Exchange(RankSignals signals, Span<double> sums)
    {
        Array.Clear(_meeting);
        signals.CopyTo(_meeting);
        sums.CopyTo(_meeting.AsSpan(Signals));
        group.AllReduceSum(_meeting);
        var all = RankSignals.From(_meeting);
        if (all.IsFailed)
        {
            Fail();
        }

        _meeting.AsSpan(Signals, sums.Length).CopyTo(sums);
        return all;
    }

    private void Fail()
    {
        byte[][] reasons = GatherTexts([]);
        int failed = Array.FindIndex(reasons, reason => reason.Length > 0);
        throw new RankFailedException(failed, $"Rank {failed} of {Count} failed: {Encoding.UTF8.GetString(reasons[failed])}");
    }

    private void AnnounceFailure(Exception error)
    {
        string reason = error is ActionRecognitionException { Message.Length: > 0 } ? error.Message : $"{error.GetType().Name}: {error.Message}";
        try
        {
            Array.Clear(_meeting);
            new RankSignals { IsFailed = true }.CopyTo(_meeting);
            group.AllReduceSum(_meeting);
            GatherTexts(Encoding.UTF8.GetBytes(reason));
        }
        catch (ProcessGroupException)
        {
            // The error itself says more.
        }
    }
}
