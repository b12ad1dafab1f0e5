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

            ReadFully(rgb.Slice(first * frameBytes, (next - first) * frameBytes), offset + ((long)frames[first] * frameBytes));
            first = next;
        }
    }

    private void ReadFully(Span<byte> bytes, long position)
    {
        while (!bytes.IsEmpty)
        {
            int count = RandomAccess.Read(file, bytes, position);
            if (count == 0)
            {
                throw new EndOfStreamException($"the file now ends at byte {position}; it was cut after it was opened");
            }

            bytes = bytes[count..];
            position += count;
        }
    }
}
