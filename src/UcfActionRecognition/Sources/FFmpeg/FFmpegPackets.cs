using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace UcfActionRecognition;

/// <summary>
/// The packets that some frames need, as a piece of an IVF stream: from the last key frame before each group of frames on. A packet's time
/// stamp is odd where its frame is wanted.
/// </summary>
internal sealed class FFmpegPackets : IDisposable
{
    private const int HeaderBytes = 12;
    private const int MostBytes = 64 << 20;

    // A decoder holds a frame back until it has seen the next one. Two more pictures push out what it holds.
    private const int PushingPackets = 2;

    private byte[] _bytes = FrameBuffers.Pool.Rent(1 << 16);
    private int _length;
    private int _pushStart;

    private FFmpegPackets()
    {
    }

    /// <summary>The first time stamp that was not used.</summary>
    public long NextTime { get; private set; }

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>One packet that gives no frame and pushes out another; its time stamp is new each time.</summary>
    public ReadOnlySpan<byte> Push()
    {
        Span<byte> packet = _bytes.AsSpan(_pushStart, _length - _pushStart);
        BinaryPrimitives.WriteInt64LittleEndian(packet[4..], NextTime);
        NextTime += 2;
        return packet;
    }

    /// <summary>Reads the packets for sorted, distinct frames; their time stamps begin with 0.</summary>
    /// <returns><see langword="null"/> where no key frame begins as the stream does, they are too many bytes, or the file is not what it was.</returns>
    public static FFmpegPackets? TryRead(string path, FFmpegVideoIndex index, ReadOnlySpan<int> frames)
    {
        var packets = new FFmpegPackets();
        try
        {
            using SafeFileHandle file = File.OpenHandle(path);
            if (packets.AddAll(file, index, frames))
            {
                return packets;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Whoever reads it in another way says what is wrong.
        }

        packets.Dispose();
        return null;
    }

    /// <summary>Moves all time stamps on; by an even number, for what is odd is wanted.</summary>
    public void Shift(long time)
    {
        int offset = 0;
        while (offset < _length)
        {
            Span<byte> packet = _bytes.AsSpan(offset);
            BinaryPrimitives.WriteInt64LittleEndian(packet[4..], BinaryPrimitives.ReadInt64LittleEndian(packet[4..]) + time);
            offset += HeaderBytes + BinaryPrimitives.ReadInt32LittleEndian(packet);
        }

        NextTime += time;
    }

    public void Dispose()
    {
        FrameBuffers.Pool.Return(_bytes);
        _bytes = [];
        _length = 0;
    }

    private bool AddAll(SafeFileHandle file, FFmpegVideoIndex index, ReadOnlySpan<int> frames)
    {
        int key = -1;
        while (!frames.IsEmpty)
        {
            // As many as the same key frame leads to: past the next one, it is shorter to begin anew.
            int count = 1;
            while (count < frames.Length && index.KeyBefore(frames[count]) <= frames[count - 1])
            {
                count++;
            }

            key = Begin(file, index, frames[0]);
            if (key < 0 || !AddGroup(file, index, key, frames[..count]))
            {
                return false;
            }

            frames = frames[count..];
        }

        return AddPushes(file, index.Frames[key]);
    }

    /// <summary>The last key frame at or before a frame with which decoding can begin; -1 where there is none.</summary>
    private static int Begin(SafeFileHandle file, FFmpegVideoIndex index, int frame)
    {
        for (int key = index.KeyBefore(frame); ; key = index.KeyBefore(key - 1))
        {
            byte[] start = new byte[Math.Min(FFmpegPacketHead.MostBytes, index.Frames[key].Size)];
            FileBytes.ReadExactly(file, start, index.Frames[key].Position);
            if (index.Head!.Begins(start))
            {
                return key;
            }

            if (key == 0)
            {
                return -1;
            }
        }
    }

    private bool AddGroup(SafeFileHandle file, FFmpegVideoIndex index, int key, ReadOnlySpan<int> wanted)
    {
        FFmpegPacketOrder order = index.Order;
        int from = order.RankOf(key);
        int to = from;
        foreach (int frame in wanted)
        {
            to = Math.Max(to, order.RankOf(frame));
        }

        (int lowest, int highest) = (int.MaxValue, 0);
        for (int rank = from; rank <= to; rank++)
        {
            lowest = Math.Min(lowest, order.FrameAt(rank));
            highest = Math.Max(highest, order.FrameAt(rank));
        }

        for (int rank = from; rank <= to; rank++)
        {
            int frame = order.FrameAt(rank);
            long time = NextTime + (2L * (frame - lowest)) + (wanted.BinarySearch(frame) >= 0 ? 1 : 0);
            if (!Add(file, index.Frames[frame], time))
            {
                return false;
            }
        }

        NextTime += 2L * (highest - lowest + 1);
        return true;
    }

    private bool AddPushes(SafeFileHandle file, FFmpegFrame key)
    {
        for (int i = 0; i < PushingPackets; i++)
        {
            _pushStart = _length;
            if (!Add(file, key, NextTime))
            {
                return false;
            }

            NextTime += 2;
        }

        return true;
    }

    private bool Add(SafeFileHandle file, FFmpegFrame frame, long time)
    {
        long needed = (long)_length + HeaderBytes + frame.Size;
        if (needed > MostBytes)
        {
            return false;
        }

        if (needed > _bytes.Length)
        {
            byte[] larger = FrameBuffers.Pool.Rent((int)Math.Max(needed, Math.Min(MostBytes, 2L * _bytes.Length)));
            Bytes.CopyTo(larger);
            FrameBuffers.Pool.Return(_bytes);
            _bytes = larger;
        }

        Span<byte> packet = _bytes.AsSpan(_length, HeaderBytes + frame.Size);
        BinaryPrimitives.WriteInt32LittleEndian(packet, frame.Size);
        BinaryPrimitives.WriteInt64LittleEndian(packet[4..], time);
        FileBytes.ReadExactly(file, packet[HeaderBytes..], frame.Position);
        _length += packet.Length;
        return true;
    }
}
