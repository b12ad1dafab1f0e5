namespace UcfActionRecognition;

/// <summary>
/// Opens videos that are read once, from their first frame on, through an ffmpeg process each: files by their paths, and streams such as pipes, whose end need not come.
/// </summary>
/// <remarks>
/// <para>Frames are those of <see cref="FFmpegVideoClipSource"/>. They are not counted before: the first one is there at once, the reader's
/// <see cref="VideoInfo.FrameCount"/> is <see langword="null"/>, and its <see cref="VideoReader.ReadFrames(ReadOnlySpan{int}, Span{byte})"/> is not supported. Of a damaged or cut
/// video, the frames that decode are the video.</para>
/// <para>Files and streams are not trusted: ffmpeg may read this one and nothing else, real containers only, frames up to the option
/// <see cref="FFmpegVideoClipSourceOptions.MaxFramePixels"/>, and must give each frame within <see cref="FFmpegVideoClipSourceOptions.FrameTimeout"/>. The other options but the programs
/// play no part.</para>
/// <para>A stream cannot be sought in: AVI, Matroska, MPEG-TS and FLV go through a pipe, MP4 and MOV only where their index is in front (<c>-movflags +faststart</c> or fragments).</para>
/// <para>Safe for concurrent calls.</para>
/// </remarks>
public sealed class FFmpegStreams
{
    private readonly FFmpegVideoClipSourceOptions _options;
    private readonly FFmpegPrograms _programs;

    /// <summary>Finds the programs.</summary>
    /// <param name="options">Settings; <see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="ActionRecognitionException">The ffmpeg or the ffprobe program is missing or too old.</exception>
    public FFmpegStreams(FFmpegVideoClipSourceOptions? options = null)
    {
        _options = options ?? new FFmpegVideoClipSourceOptions();
        _options.Validate();
        _programs = new FFmpegPrograms(_options);
    }

    /// <summary>Opens a file.</summary>
    /// <param name="path">Its path, whatever its extension.</param>
    /// <param name="cancel">Ends the opening early, and every later read of the reader.</param>
    /// <returns>A reader for one thread at a time; the caller disposes it.</returns>
    /// <exception cref="VideoReadException">The file is missing or empty, is no video, or none of its frames decodes.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public VideoReader Open(string path, CancellationToken cancel = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            string found = VideoPath.DescribeMissing(file.DirectoryName!, file.FullName);
            throw new VideoReadException(path, $"Cannot find the video '{path}': found {found}. Check the path.");
        }

        // Pipes and devices have no length.
        if (file.Length == 0)
        {
            throw new VideoReadException(path, $"Cannot read the video '{path}': it is empty (0 bytes), or no file. Get the file again; open a pipe as a stream.");
        }

        return FFmpegStreamReader.Open(_programs, _options, path, null, cancel);
    }

    /// <summary>Opens a stream, and reads on in it from a thread of its own while frames are read.</summary>
    /// <param name="stream">The video's bytes. It stays the caller's. A read that waits in it when the reader is disposed is left to its end; disposing a pipe may wait for that.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="cancel">Ends the opening early, and every later read of the reader.</param>
    /// <returns>A reader for one thread at a time; the caller disposes it.</returns>
    /// <exception cref="VideoReadException">The stream fails or is empty, holds no video, or none of its frames decodes.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public VideoReader Open(Stream stream, string name, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return FFmpegStreamReader.Open(_programs, _options, name, stream, cancel);
    }
}
