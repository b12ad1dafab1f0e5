namespace UcfActionRecognition;

/// <summary>Settings of a <see cref="FFmpegVideoClipSource"/>.</summary>
public sealed record FFmpegVideoClipSourceOptions
{
    /// <summary>
    /// Extensions that a video's file may have, each with its dot, tried in this order: for example <c>.avi</c>, <c>.mp4</c>,
    /// <c>.mkv</c>, <c>.webm</c>, <c>.mov</c>. At least one. Default: <c>.avi</c> alone.
    /// </summary>
    public IReadOnlyList<string> Extensions { get; init; } = [".avi"];

    /// <summary>The <c>ffmpeg</c> program, version 4 or later: a name on the PATH or a path. Default: <c>ffmpeg</c>.</summary>
    public string FFmpegPath { get; init; } = "ffmpeg";

    /// <summary>The <c>ffprobe</c> program that came with it: a name on the PATH or a path. Default: <c>ffprobe</c>.</summary>
    public string FFprobePath { get; init; } = "ffprobe";

    /// <summary>
    /// How long to wait for the next frame before the program is ended, 10 milliseconds to 1 day. Default: 2 minutes.
    /// </summary>
    public TimeSpan FrameTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The largest frame that is accepted, in pixels (height times width), 1 to 500,000,000. Default: 8192 x 8192.</summary>
    public int MaxFramePixels { get; init; } = 8192 * 8192;

    /// <summary>The longest video that is accepted, in frames, at least 1. Default: 1,000,000 (11 hours at 25 frames per second).</summary>
    public int MaxFrames { get; init; } = 1_000_000;

    /// <summary>
    /// The folder for indexes of videos, some 5 KB per UCF-101 clip; it may be deleted at any time. An empty text: none on disk.
    /// Default: <see langword="null"/>, the folder that the environment variable <c>UCF_VIDEO_INDEX_DIR</c> names, else
    /// <c>UcfActionRecognition/video-index</c> below <c>XDG_CACHE_HOME</c>, else below <c>~/.cache</c>.
    /// </summary>
    public string? IndexFolder { get; init; }

    /// <summary>The folder in use; <see langword="null"/> for none.</summary>
    internal string? ResolvedIndexFolder =>
        (IndexFolder ?? FFmpegIndexFolder.Default(Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)))
        is { Length: > 0 } folder ? Path.GetFullPath(folder) : null;

    internal void Validate()
    {
        CheckExtensions();
        ArgumentException.ThrowIfNullOrWhiteSpace(FFmpegPath);
        ArgumentException.ThrowIfNullOrWhiteSpace(FFprobePath);
        OptionCheck.InRange(FrameTimeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromDays(1));
        OptionCheck.InRange(MaxFramePixels, 1, 500_000_000);
        OptionCheck.InRange(MaxFrames, 1, int.MaxValue);
    }

    private void CheckExtensions()
    {
        bool good = Extensions is { Count: > 0 } && Extensions.All(extension =>
            extension is { Length: > 1 } && extension[0] == '.' && extension.Skip(1).All(char.IsAsciiLetterOrDigit));
        if (!good)
        {
            throw new ArgumentOutOfRangeException(
                nameof(Extensions), Extensions is null ? null : string.Join(", ", Extensions),
                "Extensions must name at least one, each a dot followed by letters and digits.");
        }
    }
}
