using System.Runtime.InteropServices;

namespace UcfActionRecognition.Tests.Runtime;

/// <summary>Linux with glibc only, as what is tested.</summary>
[Platform("Linux")]
public sealed class RetainedHeapTests
{
    private const int Bytes = 100 << 20;

    [Test]
    [NonParallelizable]
    public void FreedMemory_StaysResidentWhileOneExists_AndGoesBackAtTheEnd()
    {
        using var outer = new RetainedHeap();
        long before = Resident();
        using (new RetainedHeap())
        {
            AllocateAndFree();
            Assert.That(Resident() - before, Is.GreaterThan(Bytes / 2), "kept");
        }

        Assert.That(Resident() - before, Is.GreaterThan(Bytes / 2), "the outer one keeps it");
        outer.Dispose();
        outer.Dispose();
        Assert.That(Resident() - before, Is.LessThan(Bytes / 2), "given back");

        AllocateAndFree();
        Assert.That(Resident() - before, Is.LessThan(Bytes / 2), "as usual again");
    }

    [Test]
    [NonParallelizable]
    public void GiveBackHoles_OfLittleOrWithoutOne_DoesNothing_AndOfMuchGivesItBack()
    {
        RetainedHeap.GiveBackHoles();
        using var heap = new RetainedHeap();
        long before = Resident();
        AllocateAndFree();
        RetainedHeap.GiveBackHoles();
        Assert.That(Resident() - before, Is.GreaterThan(Bytes / 2), "less than 384 MiB stay");

        AllocateAndFree(6);
        RetainedHeap.GiveBackHoles();
        Assert.That(Resident() - before, Is.LessThan(Bytes / 2));
    }

    private static unsafe void AllocateAndFree(int blocks = 1)
    {
        void* memory = NativeMemory.Alloc((nuint)blocks * Bytes);
        new Span<byte>(memory, Bytes).Fill(1);
        for (int block = 1; block < blocks; block++)
        {
            new Span<byte>((byte*)memory + ((long)block * Bytes), Bytes).Fill(1);
        }

        NativeMemory.Free(memory);
    }

    private static long Resident() => long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1]) * Environment.SystemPageSize;
}
