using System.Collections.Concurrent;

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
/// <para>Safe for concurrent calls; each reader in use has a process. Reading single frames decodes from the video's start: for training,
/// write the videos as HDF5 once (<see cref="Hdf5VideoWriter"/>).</para>
/// </remarks>
public sealed class FFmpegVideoClipSource : IVideoClipSource
{
    private readonly string _folder;
    private readonly FFmpegVideoClipSourceOptions _options;
    private readonly FFmpegPrograms _programs;
    private readonly ConcurrentDictionary<string, (long Length, DateTime LastWriteUtc, VideoInfo Info)> _known = new();

    /// <summary>Creates a source of the videos in a folder.</summary>
    /// <param name="folder">The folder that video names start from.</param>
    /// <param name="options">Settings; <see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="ActionRecognitionException">The ffmpeg or the ffprobe program is missing or too old.</exception>
    public FFmpegVideoClipSource(string folder, FFmpegVideoClipSourceOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _folder = Path.GetFullPath(folder);
        _options = (options ?? new FFmpegVideoClipSourceOptions()).Validated();
        _programs = new FFmpegPrograms(_options);
    }

    /// <inheritdoc/>
    /// <remarks>The first opening of a video decodes it once to count its frames.</remarks>
    public VideoReader Open(string video, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        FileInfo file = Find(video);
        if (!_known.TryGetValue(file.FullName, out var known) || (known.Length, known.LastWriteUtc) != (file.Length, file.LastWriteTimeUtc))
        {
            VideoInfo info = new FFmpegProbe(_programs, _options, video, file.FullName).Run(cancel);
            known = (file.Length, file.LastWriteTimeUtc, info);
            _known[file.FullName] = known;
        }

        return new FFmpegVideoReader(_programs, video, file.FullName, known.Info, cancel);
    }

    /// <summary>Does nothing: processes belong to the readers.</summary>
    public void Dispose()
    {
    }

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
