namespace UcfActionRecognition;

/// <summary>Frames in the order in which their packets lie in the file, which is the order of decoding.</summary>
internal sealed class FFmpegPacketOrder
{
    private readonly int[]? _byPosition;
    private readonly int[]? _ranks;

    public FFmpegPacketOrder(FFmpegFrame[] frames)
    {
        // Most videos have the same order for both.
        for (int i = 1; i < frames.Length; i++)
        {
            if (frames[i].Position <= frames[i - 1].Position)
            {
                _byPosition = [.. Enumerable.Range(0, frames.Length)];
                Array.Sort(Array.ConvertAll(frames, frame => frame.Position), _byPosition);
                _ranks = new int[frames.Length];
                for (int rank = 0; rank < frames.Length; rank++)
                {
                    _ranks[_byPosition[rank]] = rank;
                }

                return;
            }
        }
    }

    /// <summary>The frame whose packet is at a place in the order.</summary>
    public int FrameAt(int rank) => _byPosition?[rank] ?? rank;

    /// <summary>The place of a frame's packet in the order.</summary>
    public int RankOf(int frame) => _ranks?[frame] ?? frame;
}
