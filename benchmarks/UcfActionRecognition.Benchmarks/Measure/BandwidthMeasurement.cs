using System.Diagnostics;

namespace UcfActionRecognition.Benchmarks;

/// <summary>
/// The memory's bandwidth as a copy sees it: each thread copies a buffer of its own, far larger than the caches, to another, several times a
/// round; all start at once and the slowest ends the round. Bytes read and bytes written both count.
/// </summary>
internal static class BandwidthMeasurement
{
    private const int CopiesPerRound = 4;

    public static void Run(int threads, int megabytes, int rounds)
    {
        int bytes = megabytes << 20;
        byte[][] from = [.. Enumerable.Range(0, threads).Select(_ => Touched(bytes))];
        byte[][] to = [.. Enumerable.Range(0, threads).Select(_ => Touched(bytes))];
        Round(from, to);
        double moved = 2.0 * bytes * CopiesPerRound * threads;
        var rate = Spread.Of(Enumerable.Range(0, rounds).Select(_ => moved / Round(from, to)).ToArray());
        JsonLine.Print(new
        {
            Measure = "bandwidth",
            threads,
            megabytes,
            rounds,
            BytesPerSecond = rate.Median,
            rate.Least,
            rate.Most,
        });
    }

    private static double Round(byte[][] from, byte[][] to)
    {
        using var start = new Barrier(from.Length + 1);
        Thread[] threads = [.. from.Zip(to, (source, target) => new Thread(() =>
        {
            start.SignalAndWait();
            for (int i = 0; i < CopiesPerRound; i++)
            {
                source.AsSpan().CopyTo(target);
            }
        }))];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        start.SignalAndWait();
        var clock = Stopwatch.StartNew();
        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        return clock.Elapsed.TotalSeconds;
    }

    // Memory that was never written is all one page of zeros.
    private static byte[] Touched(int bytes)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(bytes);
        buffer.AsSpan().Fill(1);
        return buffer;
    }
}
