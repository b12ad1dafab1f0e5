using System.ComponentModel;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace UcfActionRecognition;

/// <summary>The ffmpeg and ffprobe programs of one machine, and how they are called.</summary>
internal sealed partial class FFmpegPrograms
{
    // Containers that hold one video. Playlists, concatenations, image sequences and devices would open other files.
    private const string Containers = "avi,mov,matroska,webm,mpegts,mpeg,flv,ogg,asf";

    /// <summary>Threads of a decoder: with one, damaged videos decode the same everywhere. A loader decodes several videos at a time anyway.</summary>
    public const int DecoderThreads = 1;

    private readonly FFmpegVideoClipSourceOptions _options;
    private readonly string _passthrough;

    /// <exception cref="ActionRecognitionException">A program is missing or too old.</exception>
    public FFmpegPrograms(FFmpegVideoClipSourceOptions options)
    {
        _options = options;
        (Version? version, string decoder) = ReadVersion(options.FFmpegPath);
        (_, string probe) = ReadVersion(options.FFprobePath);
        Identity = $"{decoder}; {probe}";

        // 5.1 renamed -vsync to -fps_mode. Builds from a development branch have no number; they are newer.
        _passthrough = version is null || version >= new Version(5, 1) ? "-fps_mode" : "-vsync";
    }

    /// <summary>What both programs say that they are; another version may decode other frames.</summary>
    public string Identity { get; }

    /// <summary>Starts the listing of every frame's size, time and place in the file, then the stream's properties, as <c>section|key=value|...</c> lines.</summary>
    public ChildProcess StartProbe(string path, CancellationToken cancel) => Start(
        _options.FFprobePath,
        [
            "-hide_banner", "-loglevel", "error", .. InputOptions(), "-select_streams", "V:0", "-show_entries",
            "frame=width,height,key_frame,best_effort_timestamp,pkt_pos,pkt_size:" +
            "stream=width,height,avg_frame_rate,time_base,codec_name,codec_tag:format=format_name:stream_tags=rotate:stream_side_data=rotation",
            "-of", "compact",
            "-i", "file:" + path,
        ],
        _options.FrameTimeout,
        cancel);

    /// <summary>Starts the decoding of frames to RGB24 on standard output.</summary>
    /// <param name="path">The video's path.</param>
    /// <param name="selection">Which frames; <see langword="null"/> for all.</param>
    /// <param name="cancel">Ends the program.</param>
    public ChildProcess StartDecoder(string path, FFmpegSelection? selection, CancellationToken cancel)
    {
        List<string> arguments = ["-hide_banner", "-loglevel", "error", "-nostdin", .. InputOptions()];
        if (selection?.SeekTo is { } seconds)
        {
            arguments.AddRange(
                ["-noaccurate_seek", "-copyts", "-seek_timestamp", "1", "-ss", seconds.ToString("F6", CultureInfo.InvariantCulture)]);
        }

        arguments.AddRange(["-i", "file:" + path, "-map", "0:V:0", _passthrough, "passthrough", "-sws_flags", "bicubic"]);
        if (selection is not null)
        {
            arguments.AddRange(["-vf", "select=" + selection.Expression, "-frames:v", selection.Count.ToString(CultureInfo.InvariantCulture)]);
        }

        arguments.AddRange(["-pix_fmt", "rgb24", "-f", "rawvideo", "pipe:1"]);
        return Start(_options.FFmpegPath, arguments, _options.FrameTimeout, cancel);
    }

    /// <summary>
    /// Starts the decoding of all frames as PPM pictures, each written as soon as it is decoded, from a file or from standard input. What
    /// the program writes to standard error begins with a description of the output; each line says how grave it is.
    /// </summary>
    /// <param name="path">The file; <see langword="null"/> for standard input.</param>
    /// <param name="onError">Is given what comes to standard error.</param>
    /// <param name="cancel">Ends the program.</param>
    public ChildProcess StartStream(string? path, Action<ReadOnlySpan<byte>> onError, CancellationToken cancel) => Start(
        _options.FFmpegPath,
        [
            "-hide_banner", "-loglevel", "level+info", "-nostats", "-nostdin", .. InputOptions(path is null ? "pipe" : "file"),
            "-i", path is null ? "pipe:0" : "file:" + path, "-map", "0:V:0", _passthrough, "passthrough", "-sws_flags", "bicubic",
            "-pix_fmt", "rgb24", "-c:v", "ppm", "-f", "image2pipe", "-flush_packets", "1", "pipe:1",
        ],
        _options.FrameTimeout,
        cancel,
        keepInput: path is null,
        onError);

    /// <summary>Starts a decoder that is fed packets, and that gives the frames whose time stamp is odd as PPM pictures.</summary>
    /// <remarks>
    /// The probing options let it start with the first packet. PPM and not raw video: ffmpeg 5.1 holds a raw frame back until the next one.
    /// </remarks>
    public ChildProcess StartPacketDecoder(TimeSpan timeout) => Start(
        _options.FFmpegPath,
        [
            "-hide_banner", "-loglevel", "error", "-protocol_whitelist", "pipe", "-format_whitelist", "ivf",
            "-max_pixels", DecoderMaxPixels.ToString(CultureInfo.InvariantCulture), "-threads", DecoderThreads.ToString(CultureInfo.InvariantCulture),
            "-probesize", "32", "-analyzeduration", "0", "-copyts", "-f", "ivf", "-i", "pipe:0", "-map", "0:V:0",
            _passthrough, "passthrough", "-sws_flags", "bicubic", "-vf", @"select=mod(pts\,2)", "-pix_fmt", "rgb24", "-c:v", "ppm",
            "-f", "image2pipe", "-flush_packets", "1", "pipe:1",
        ],
        timeout,
        CancellationToken.None,
        keepInput: true);

    // ffmpeg counts its own margins around a frame as well, so it gets a wider limit; FFmpegProbe holds frames to the exact one.
    private int DecoderMaxPixels => (int)Math.Min(int.MaxValue, (1 << 20) + (4L * _options.MaxFramePixels));

    private string[] InputOptions(string protocol = "file") =>
    [
        "-protocol_whitelist", protocol,
        "-format_whitelist", Containers,
        "-max_pixels", DecoderMaxPixels.ToString(CultureInfo.InvariantCulture),
        "-threads", DecoderThreads.ToString(CultureInfo.InvariantCulture),
    ];

    private static ChildProcess Start(
        string program, IEnumerable<string> arguments, TimeSpan timeout, CancellationToken cancel, bool keepInput = false,
        Action<ReadOnlySpan<byte>>? onError = null)
    {
        cancel.ThrowIfCancellationRequested();
        try
        {
            return new ChildProcess(program, arguments, timeout, cancel, keepInput, onError);
        }
        catch (Win32Exception error) when (SystemLimit.OfProcessesIsReached(error))
        {
            throw new ActionRecognitionException(
                $"Cannot start '{program}': {error.Message}. The system refuses another process or file. Take fewer {nameof(ClipLoaderOptions.Workers)} of a "
                + $"{nameof(ClipLoader)}, end other programs, or raise the limits (ulimit -u for processes, ulimit -n for open files).",
                error);
        }
        catch (Win32Exception error)
        {
            throw new ActionRecognitionException(
                $"Cannot start '{program}': {error.Message}. Videos are decoded by the ffmpeg and ffprobe programs, version 4 or " +
                "later. Install them (Debian, Ubuntu: apt-get install ffmpeg; macOS: brew install ffmpeg; Windows: winget install Gyan.FFmpeg), or " +
                $"name them by the options {nameof(FFmpegVideoClipSourceOptions.FFmpegPath)} and " +
                $"{nameof(FFmpegVideoClipSourceOptions.FFprobePath)}.",
                error);
        }
    }

    private (Version? Version, string Line) ReadVersion(string program)
    {
        using ChildProcess process = Start(program, ["-version"], _options.FrameTimeout, CancellationToken.None);
        byte[] text = new byte[512];
        int length;
        try
        {
            length = process.Read(text);
        }
        catch (TimeoutException error)
        {
            throw new ActionRecognitionException(
                $"'{program}' was ended: asked for its version, {error.Message}. Set the options {nameof(FFmpegVideoClipSourceOptions.FFmpegPath)} and "
                + $"{nameof(FFmpegVideoClipSourceOptions.FFprobePath)} to working programs.", error);
        }

        string line = Encoding.UTF8.GetString(text, 0, length).Split('\n')[0].Trim();
        if (!line.Contains(" version ", StringComparison.Ordinal))
        {
            throw new ActionRecognitionException(
                $"'{program}' is not ffmpeg: asked for its version, it said '{ErrorText.Shortened(line)}'. Set the options " +
                $"{nameof(FFmpegVideoClipSourceOptions.FFmpegPath)} and {nameof(FFmpegVideoClipSourceOptions.FFprobePath)}.");
        }

        Match match = VersionNumber().Match(line);
        Version? version = match.Success ? Version.Parse(match.Groups[1].Value) : null;
        return version is null || version.Major >= 4
            ? (version, line)
            : throw new ActionRecognitionException(
                $"'{program}' is version {version}; version 4 or later is needed. Install a newer ffmpeg.");
    }

    [GeneratedRegex(@" version n?(\d{1,3}\.\d{1,3})")]
    private static partial Regex VersionNumber();
}
