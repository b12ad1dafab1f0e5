namespace UcfActionRecognition;

/// <summary>Frames that were asked for, taken as they come in the video's order.</summary>
internal ref struct FFmpegRequest<TSink>
    where TSink : IFrameSink, allows ref struct
{
    private readonly TSink _sink;
    private readonly int[] _asked; // sorted, with repeats
    private readonly int[] _positions;
    private readonly int[] _distinct;
    private readonly int _width;
    private int _askedDone;
    private int _distinctDone;

    public FFmpegRequest(ReadOnlySpan<int> frames, TSink sink, VideoInfo info)
    {
        _sink = sink;
        _asked = frames.ToArray();
        _positions = [.. Enumerable.Range(0, frames.Length)];
        Array.Sort(_asked, _positions);
        _distinct = [.. _asked.Distinct()];
        _width = info.Width;
    }

    /// <summary>The frames that have not come yet, sorted and distinct.</summary>
    public readonly ReadOnlySpan<int> Left => _distinct.AsSpan(_distinctDone);

    public readonly bool Done => _distinctDone == _distinct.Length;

    /// <summary>Passes a frame on if it is the next that is wanted.</summary>
    public void Offer(int number, ReadOnlySpan<byte> frame)
    {
        if (Done || number != _distinct[_distinctDone])
        {
            return;
        }

        ReadOnlySpan<byte> rows = IFrameSink.WantedRows(frame, _width, _sink);
        for (; _askedDone < _asked.Length && _asked[_askedDone] == number; _askedDone++)
        {
            _sink.Take(_positions[_askedDone], rows);
        }

        _distinctDone++;
    }
}
