using System.Runtime.InteropServices;

namespace UcfActionRecognition.Tests.Runtime;

/// <summary>In processes of their own, on their main threads: other threads have heaps of 64 MB.</summary>
[Platform("Linux")]
public sealed class RetainedHeapTests
{
    /// <summary>The action in the new process.</summary>
    public const string Action = "retained heap";

    private const int Block = 100 << 20;

    [Test]
    public void FreedMemory_StaysWhileOneExists_UpToABound_AndGoesBackAtTheEnd() => Assert.That(
        Run(), Is.EqualTo("before: back, in the inner: kept, in the outer: kept, after much: back, afterwards: back, again: back"));

    [TestCase("MALLOC_ARENA_MAX", "1")]
    [TestCase("MALLOC_TRIM_THRESHOLD_", "131072")]
    [TestCase("GLIBC_TUNABLES", "glibc.malloc.check=0")]
    public void AllocatorThatTheUserHasSet_IsLeftAlone(string variable, string value) => Assert.That(
        Run((variable, value)), Is.EqualTo("before: back, in the inner: back, in the outer: back, after much: back, afterwards: back, again: back"));

    /// <summary>Runs in the new process.</summary>
    public static void PrintWhatStays()
    {
        AllocateAndFree(1);
        long least = Resident();
        var seen = new List<string> { $"before: {Stays()}" };
        using (var outer = new RetainedHeap())
        {
            using (new RetainedHeap())
            {
                AllocateAndFree(1);
                RetainedHeap.GiveBackHoles();
                seen.Add($"in the inner: {Stays()}");
            }

            seen.Add($"in the outer: {Stays()}");
            AllocateAndFree(6);
            RetainedHeap.GiveBackHoles();
            seen.Add($"after much: {Stays()}");
            AllocateAndFree(1);
            outer.Dispose();
        }

        seen.Add($"afterwards: {Stays()}");
        AllocateAndFree(1);
        RetainedHeap.GiveBackHoles();
        seen.Add($"again: {Stays()}");
        Console.WriteLine(string.Join(", ", seen));

        string Stays() => Resident() - least > Block / 2 ? "kept" : "back";
    }

    private static string Run(params (string Name, string? Value)[] environment)
    {
        (int exitCode, string output) = FreshProcess.RunAction(Action, AppContext.BaseDirectory, environment);
        Assert.That(exitCode, Is.Zero, output);
        return output.Trim();
    }

    private static unsafe void AllocateAndFree(int blocks)
    {
        byte* memory = (byte*)NativeMemory.Alloc((nuint)blocks * Block);
        for (int block = 0; block < blocks; block++)
        {
            new Span<byte>(memory + ((long)block * Block), Block).Fill(1);
        }

        NativeMemory.Free(memory);
    }

    private static long Resident() => long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1]) * Environment.SystemPageSize;
}
