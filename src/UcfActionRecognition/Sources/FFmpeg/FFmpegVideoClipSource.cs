using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace UcfActionRecognition;

/// <summary>
/// Videos in any format that ffmpeg decodes, one file per video: <c>folder/name.avi</c>, or another extension of
/// <see cref="FFmpegVideoClipSourceOptions.Extensions"/>. Decoding runs in processes of its own.
/// </summary>
/// <remarks>
/// <para>Frames are those of <c>ffmpeg -i video -fps_mode passthrough -sws_flags bicubic -f rawvideo -pix_fmt rgb24 -</c>: every
/// frame that decodes, none doubled or dropped to keep a rate, converted to RGB by swscale's bicubic path. They are counted by
/// decoding, once per file; of a damaged or cut video, the frames that decode are the video.</para>
/// <para>Files are not trusted: ffmpeg may open this one file and nothing else, real containers only (no playlists), frames and
/// lengths up to the options, and must give each frame in time.</para>
/// <para>Single frames and clips are read from the key frame before them. An index of a video's frames, key frames and of checksums of the
/// decoded frames is made when it is first read, and kept in the folder <see cref="FFmpegVideoClipSourceOptions.IndexFolder"/>. Every frame
/// that a shorter way gave is held against its checksum; where one differs, the video is decoded from its start, then and later.</para>
/// <para>MPEG-4 in AVI, as UCF-101 has it, goes through decoder processes that stay while the source is in use: starting one costs more
/// than decoding a clip. Other videos take a process per call of <see cref="VideoReader.ReadFrames"/>, however many ranges it asks for.</para>
/// <para>Safe for concurrent calls. Dispose the source to end its processes; they end by themselves after half a minute without work, and with the
/// program.</para>
/// </remarks>
public sealed class FFmpegVideoClipSource : IVideoClipSource
{
    private readonly string _folder;
    private readonly FFmpegVideoClipSourceOptions _options;
    private readonly FFmpegPrograms _programs;
    private readonly FFmpegDecoderPool _pool;
    private readonly FFmpegIndexCache _indexes;

    /// <summary>Creates a source of the videos in a folder.</summary>
    /// <param name="folder">The folder that video names start from.</param>
    /// <param name="options">Settings; <see langword="null"/> for the defaults.</param>
    /// <param name="logger">Told once where indexes cannot be kept; <see langword="null"/> for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="ActionRecognitionException">The ffmpeg or the ffprobe program is missing or too old.</exception>
    public FFmpegVideoClipSource(string folder, FFmpegVideoClipSourceOptions? options = null, ILogger? logger = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _folder = Path.GetFullPath(folder);
        _options = options ?? new FFmpegVideoClipSourceOptions();
        _options.Validate();
        _programs = new FFmpegPrograms(_options);
        _pool = new FFmpegDecoderPool(_programs, _options.FrameTimeout);
        _indexes = new FFmpegIndexCache(_options.ResolvedIndexFolder, _programs.Identity, _options, logger ?? NullLogger.Instance);
    }

    /// <inheritdoc/>
    /// <remarks>The first opening of a video decodes it once to count its frames, the first reading by index once more; both are
    /// remembered in the index.</remarks>
    public VideoReader Open(string video, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        FileInfo file = Find(video);
        (string path, FileStamp stamp) = (file.FullName, FileStamp.Of(file));
        FFmpegVideoIndex index = _indexes.GetOrMake(path, stamp, () => new FFmpegProbe(_programs, _options, video, path).Run(cancel));
        return new FFmpegVideoReader(
            _programs, _pool, changed => _indexes.Save(path, stamp, changed), video, path, stamp, index, cancel);
    }

    /// <summary>Ends the decoders that wait for work. Readers that are still open go on.</summary>
    public void Dispose() => _pool.Dispose();

    private FileInfo Find(string video)
    {
        foreach (string extension in _options.Extensions)
        {
            var file = new FileInfo(VideoPath.Resolve(_folder, video, extension));
            if (!file.Exists)
            {
                continue;
            }

            // Pipes and devices have no length; reading one could wait for ever.
            return file.Length > 0
                ? file
                : throw new VideoReadException(
                    video, $"Cannot read the video '{file.FullName}': it is empty (0 bytes). Get the file again.");
        }

        string found = VideoPath.DescribeMissing(_folder, VideoPath.Resolve(_folder, video, _options.Extensions[0]));
        throw new VideoReadException(
            video,
            $"Cannot find the video '{Path.Combine(_folder, video)}' with the extension {string.Join(" or ", _options.Extensions)}: " +
            $"found {found}. Check the source's folder, the video's name, and the option {nameof(FFmpegVideoClipSourceOptions.Extensions)}.");
    }
}
