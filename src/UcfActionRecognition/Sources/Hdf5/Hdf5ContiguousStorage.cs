using Microsoft.Win32.SafeHandles;

namespace UcfActionRecognition;

/// <summary>Frames one after the other in the file, read straight from it.</summary>
internal sealed class Hdf5ContiguousStorage(long offset, VideoInfo info) : Hdf5Storage
{
    private readonly int _frameBytes = info.FrameBytes;
    private readonly int _rowBytes = info.Width * 3;

    public override bool OutlivesHandle => true;

    public override bool ReadsRows => true;

    public override void ReadRows(SafeFileHandle file, int frame, int firstRow, Span<byte> rows) =>
        FileBytes.ReadExactly(file, rows, offset + ((long)frame * _frameBytes) + ((long)firstRow * _rowBytes));

    public override void Read(SafeFileHandle file, ReadOnlySpan<int> frames, Span<byte> rgb, CancellationToken cancel)
    {
        for (int first = 0; first < frames.Length;)
        {
            cancel.ThrowIfCancellationRequested();
            int next = first + 1;
            while (next < frames.Length && frames[next] == frames[next - 1] + 1)
            {
                next++;
            }

            FileBytes.ReadExactly(file, rgb.Slice(first * _frameBytes, (next - first) * _frameBytes), offset + ((long)frames[first] * _frameBytes));
            first = next;
        }
    }
}
