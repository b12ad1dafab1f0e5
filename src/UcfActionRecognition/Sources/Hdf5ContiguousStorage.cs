using Microsoft.Win32.SafeHandles;

namespace UcfActionRecognition;

/// <summary>Frames one after the other in the file, read straight from it.</summary>
internal sealed class Hdf5ContiguousStorage(SafeFileHandle file, long offset, int frameBytes) : Hdf5Storage
{
    public override void Read(ReadOnlySpan<int> frames, Span<byte> rgb, CancellationToken cancel)
    {
        for (int first = 0; first < frames.Length;)
        {
            cancel.ThrowIfCancellationRequested();
            int next = first + 1;
            while (next < frames.Length && frames[next] == frames[next - 1] + 1)
            {
                next++;
            }

            FileBytes.ReadExactly(file, rgb.Slice(first * frameBytes, (next - first) * frameBytes), offset + ((long)frames[first] * frameBytes));
            first = next;
        }
    }
}
