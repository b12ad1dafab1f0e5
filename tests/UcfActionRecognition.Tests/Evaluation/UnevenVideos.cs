namespace UcfActionRecognition.Tests.Evaluation;

/// <summary>Videos of a length each, of which some break where they are told to. Their names are those of <see cref="FormulaVideos"/>.</summary>
internal sealed class UnevenVideos : IVideoClipSource
{
    private readonly Dictionary<string, FormulaVideos> _videos = [];

    /// <param name="videos">
    /// Of each video the frames that it says it has, and those that it has in truth: fewer break it in their middle, more at its end, and -1
    /// keeps it from being opened.
    /// </param>
    public UnevenVideos(params (int Says, int Has)[] videos)
    {
        Labeled = FormulaVideos.Videos(videos.Length);
        for (int i = 0; i < videos.Length; i++)
        {
            string name = Labeled[i].Name;
            _videos[name] = new FormulaVideos(frames: videos[i].Says)
            {
                FramesThere = videos[i].Has,
                Broken = videos[i].Has < 0 ? [name] : [],
            };
        }
    }

    /// <param name="frames">Of each video the number of frames.</param>
    public UnevenVideos(params int[] frames)
        : this([.. frames.Select(count => (count, count))])
    {
    }

    public LabeledVideo[] Labeled { get; }

    public int OpenReaders => _videos.Values.Sum(video => video.OpenReaders);

    public VideoReader Open(string video, CancellationToken cancel = default) => _videos[video].Open(video, cancel);

    public void Dispose()
    {
    }
}
