using System.Runtime.InteropServices;

namespace UcfActionRecognition.Tests.Fuzzing;

/// <summary>Does by number what no target may do, so that tests see that it is found.</summary>
internal sealed class DeadlyTarget : FuzzTarget
{
    public const int Good = 0;
    public const int Refused = 1;
    public const int Undocumented = 2;
    public const int Overflow = 3;
    public const int Hang = 4;
    public const int Fill = 5;
    public const int Last = 6;

    public override int Seeds => 1;

    public override IReadOnlyList<FuzzFile> Make(int number) => [new("number", [(byte)number])];

    public override void Read(string folder, int number)
    {
        switch (File.ReadAllBytes(Path.Combine(folder, "number"))[0])
        {
            case Refused:
                throw new VideoReadException("a", "It is refused.");
            case Undocumented:
                throw new KeyNotFoundException("on purpose");
            case Overflow:
                _ = Depth(0);
                break;
            case Hang:
                Thread.Sleep(Timeout.Infinite);
                break;
            case Fill:
                FillMemory();
                break;
        }
    }

    public override bool IsDocumented(Exception error) => error is VideoReadException;

    private static long Depth(long depth) => depth < 0 ? 0 : Depth(depth + 1) + depth;

    // A little at a time: the one who watches looks a few times a second.
    private static void FillMemory()
    {
        const int Bytes = 1 << 20;
        while (true)
        {
            nint memory = Marshal.AllocHGlobal(Bytes);
            for (int page = 0; page < Bytes; page += 4096)
            {
                Marshal.WriteByte(memory, page, 1);
            }

            Thread.Sleep(2);
        }
    }
}
