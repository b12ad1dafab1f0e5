using System.Globalization;

namespace UcfActionRecognition.Benchmarks;

/// <summary>Moving pictures in memory, as many videos as one likes of a few pictures: what a loader costs without files.</summary>
internal sealed class VideosInMemory : IVideoClipSource
{
    private const int Pictures = 4;

    private readonly FrameSize _size;
    private readonly byte[][] _pictures;

    /// <param name="size">Size of the frames.</param>
    /// <param name="frames">Frames of each video.</param>
    public VideosInMemory(FrameSize size, int frames)
    {
        _size = size;
        _pictures = [.. Enumerable.Range(0, Pictures).Select(seed => new MovingPicture(size, seed).Draw(frames))];
    }

    /// <summary>Videos of this source, with labels from 0 on.</summary>
    public static LabeledVideo[] Videos(int count, int classes) =>
        [.. Enumerable.Range(0, count).Select(index => index.ToString(CultureInfo.InvariantCulture)).Select((name, index) => new LabeledVideo(name, index % classes, name))];

    public VideoReader Open(string video, CancellationToken cancel = default) =>
        new FramesInMemory(_size, _pictures[int.Parse(video, CultureInfo.InvariantCulture) % Pictures]);

    public void Dispose()
    {
    }
}
