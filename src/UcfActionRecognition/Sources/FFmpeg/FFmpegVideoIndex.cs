using System.IO.Hashing;

namespace UcfActionRecognition;

/// <summary>What is known of a video: its frames, where they are, and checksums of what they decode to. Safe for concurrent use.</summary>
internal sealed class FFmpegVideoIndex(VideoInfo info, double timeBase, FFmpegFrame[] frames, FFmpegPacketHead? head)
{
    private readonly Lazy<FFmpegPacketOrder> _order = new(() => new FFmpegPacketOrder(frames));
    private volatile ulong[]? _checksums;
    private volatile bool _noPackets = head is null;
    private volatile bool _noSeeks = !CanSeek(timeBase, frames);

    public VideoInfo Info => info;

    /// <summary>Seconds per unit of the time stamps.</summary>
    public double TimeBase => timeBase;

    public FFmpegFrame[] Frames => frames;

    /// <summary>The packets' order in the file.</summary>
    public FFmpegPacketOrder Order => _order.Value;

    /// <summary>The stream's head, where its packets can be given to a decoder directly.</summary>
    public FFmpegPacketHead? Head => head;

    /// <summary>Checksums of the decoded frames; <see langword="null"/> until the video was read once.</summary>
    public ulong[]? Checksums
    {
        get => _checksums;
        set => _checksums = value;
    }

    /// <summary>Packets given to a decoder directly have not given the video's frames.</summary>
    public bool NoPackets
    {
        get => _noPackets;
        set => _noPackets = value;
    }

    /// <summary>Seeks do not lead to the video's frames, or cannot be tried.</summary>
    public bool NoSeeks
    {
        get => _noSeeks;
        set => _noSeeks = value;
    }

    public static ulong Checksum(ReadOnlySpan<byte> frame) => XxHash3.HashToUInt64(frame);

    /// <summary>The last key frame at or before a frame; 0 where there is none.</summary>
    public int KeyBefore(int frame)
    {
        while (frame > 0 && !frames[frame].Key)
        {
            frame--;
        }

        return frame;
    }

    private static bool CanSeek(double timeBase, FFmpegFrame[] frames)
    {
        for (int i = 0; i < frames.Length; i++)
        {
            if (frames[i].Time == FFmpegFrame.NoTime || (i > 0 && frames[i].Time <= frames[i - 1].Time))
            {
                return false;
            }
        }

        return timeBase > 0;
    }
}
