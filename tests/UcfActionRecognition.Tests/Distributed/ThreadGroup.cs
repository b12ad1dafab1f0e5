using System.Runtime.ExceptionServices;

namespace UcfActionRecognition.Tests.Distributed;

/// <summary>
/// A process group of threads. A rank that comes to another exchange than the others, or that leaves while others wait, is an error here, where it would be a job that
/// hangs.
/// </summary>
internal sealed class ThreadGroup : IDisposable
{
    private readonly Barrier _barrier;
    private readonly string?[] _calls;
    private readonly byte[]?[] _bytes;
    private readonly double[]?[] _numbers;
    private volatile bool _isOver;

    private ThreadGroup(int ranks)
    {
        _barrier = new Barrier(ranks);
        _calls = new string?[ranks];
        _bytes = new byte[]?[ranks];
        _numbers = new double[]?[ranks];
    }

    /// <summary>Runs all ranks, and gives what each of them ended with.</summary>
    /// <returns>For each rank its result, or the exception that ended it.</returns>
    public static (T? Result, Exception? Error)[] Run<T>(int ranks, Func<IProcessGroup, T> program)
    {
        using var group = new ThreadGroup(ranks);
        var ends = new (T? Result, Exception? Error)[ranks];
        Thread[] threads = [.. Enumerable.Range(0, ranks).Select(rank => new Thread(() =>
        {
            try
            {
                ends[rank] = (program(new Member(group, rank)), null);
            }
            catch (Exception error)
            {
                ends[rank] = (default, error);
            }

            group.Leave();
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return ends;
    }

    /// <summary>The same, where no rank may fail.</summary>
    public static T[] RunAll<T>(int ranks, Func<IProcessGroup, T> program)
    {
        (T? Result, Exception? Error)[] ends = Run(ranks, program);
        foreach ((_, Exception? error) in ends)
        {
            if (error is not null)
            {
                ExceptionDispatchInfo.Throw(error);
            }
        }

        return [.. ends.Select(end => end.Result!)];
    }

    public void Dispose() => _barrier.Dispose();

    private void Leave()
    {
        _isOver = true;
        _barrier.RemoveParticipant();
    }

    private void Exchange(int rank, string call, Action give, Action take)
    {
        _calls[rank] = call;
        give();
        Wait();
        string?[] calls = [.. _calls];
        if (_isOver || calls.Distinct().Count() > 1)
        {
            throw new InvalidOperationException($"The ranks are in different exchanges: {string.Join(", ", calls)}{(_isOver ? ", and one has left" : "")}.");
        }

        take();
        Wait();
    }

    private void Wait()
    {
        if (!_barrier.SignalAndWait(TimeSpan.FromSeconds(60)))
        {
            throw new InvalidOperationException("A rank waits in vain.");
        }
    }

    private sealed class Member(ThreadGroup group, int rank) : IProcessGroup
    {
        public int Rank => rank;

        public int Size => group._calls.Length;

        public void Broadcast(Span<byte> bytes, int root)
        {
            byte[] own = bytes.ToArray();
            byte[] all = own;
            group.Exchange(rank, $"{own.Length} bytes of {root}", () => group._bytes[rank] = own, () => all = [.. group._bytes[root]!]);
            all.CopyTo(bytes);
        }

        public void AllReduceSum(Span<float> values)
        {
            var wide = new double[values.Length];
            for (int i = 0; i < wide.Length; i++)
            {
                wide[i] = values[i];
            }

            Sum("float", wide);
            for (int i = 0; i < wide.Length; i++)
            {
                values[i] = (float)wide[i];
            }
        }

        public void AllReduceSum(Span<double> values)
        {
            double[] wide = values.ToArray();
            Sum("double", wide);
            wide.CopyTo(values);
        }

        private void Sum(string type, double[] values)
        {
            double[] sums = new double[values.Length];
            group.Exchange(rank, $"{values.Length} {type}", () => group._numbers[rank] = [.. values], () =>
            {
                foreach (double[]? terms in group._numbers)
                {
                    for (int i = 0; i < sums.Length; i++)
                    {
                        sums[i] += terms![i];
                    }
                }
            });
            sums.CopyTo(values, 0);
        }
    }
}
