using System.Globalization;
using System.Text;

namespace UcfActionRecognition;

/// <summary>Reads one video forwards through an ffmpeg process that decodes it once, from a file or from a stream.</summary>
internal sealed class FFmpegStreamReader : VideoReader
{
    private const int LongestHeader = 32;

    private readonly ChildProcess _process;
    private readonly string _video;
    private readonly byte[] _picture;
    private readonly byte[] _header;
    private readonly StreamPump? _pump;
    private int _count;
    private bool _ended;
    private bool _disposed;

    private FFmpegStreamReader(ChildProcess process, StreamPump? pump, string video, byte[] header, VideoInfo info)
    {
        (_process, _pump, _video, _header, Info) = (process, pump, video, header, info);
        _picture = new byte[header.Length + info.FrameBytes];
    }

    public override VideoInfo Info { get; }

    /// <exception cref="VideoReadException">It is no video, or none of its frames decodes.</exception>
    public static FFmpegStreamReader Open(FFmpegPrograms programs, FFmpegVideoClipSourceOptions options, string video, Stream? stream, CancellationToken cancel)
    {
        var log = new FFmpegStartLog();
        ChildProcess process = programs.StartStream(stream is null ? Path.GetFullPath(video) : null, log.Take, cancel);
        StreamPump? pump = null;
        try
        {
            pump = stream is null ? null : new StreamPump(stream, process.Input);
            byte[] header = ReadHeader(process, pump, video);
            FrameSize size = SizeOf(header, options.MaxFramePixels, video);
            return new FFmpegStreamReader(
                process, pump, video, header, new VideoInfo(size.Height, size.Width, null, log.FramesPerSecond()));
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    public override void ReadFrames(ReadOnlySpan<int> frames, Span<byte> rgb) =>
        throw new NotSupportedException($"'{_video}' is read forwards only: take ReadNext, or open the file by an {nameof(FFmpegVideoClipSource)}.");

    public override bool ReadNext(Span<byte> rgb)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        CheckReadNext(rgb);
        if (_ended)
        {
            return false;
        }

        // The first header was read to know the size.
        Span<byte> rest = _picture.AsSpan(_count == 0 ? _header.Length : 0);
        int read = Read(_process, rest, _video);
        if (read == 0 && _count > 0)
        {
            CheckEnd();
            _ended = true;
            return false;
        }

        if (_count > 0 && !_picture.AsSpan().StartsWith(_header))
        {
            _process.Kill();
            throw Problem(
                _process, _pump, _video, $"frame {_count} is not of {Info.Height}x{Info.Width}, the size of the first. Expected one size; convert it to one");
        }

        if (read != rest.Length)
        {
            throw Problem(_process, _pump, _video, $"ffmpeg ended after {read} of {rest.Length} bytes of frame {_count}. Try again");
        }

        _picture.AsSpan(_header.Length).CopyTo(rgb);
        _count++;
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (!_disposed)
        {
            _disposed = true;
            _process.Dispose();
        }

        base.Dispose(disposing);
    }

    // P6, width and height, 255, each ended by a line feed.
    private static byte[] ReadHeader(ChildProcess process, StreamPump? pump, string video)
    {
        var header = new List<byte>(LongestHeader);
        byte[] letter = new byte[1];
        while (header.Count < LongestHeader && Read(process, letter, video) == 1)
        {
            header.Add(letter[0]);
            if (header.Count(one => one == '\n') == 3)
            {
                return [.. header];
            }
        }

        throw Problem(
            process, pump, video, "no frame of a video came of it. Expected a video (AVI, MP4, Matroska, ...) with at least one frame; get it again");
    }

    private static FrameSize SizeOf(byte[] header, int maxPixels, string video)
    {
        string[] words = Encoding.ASCII.GetString(header).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        bool known = words is ["P6", _, _, "255"]
            & int.TryParse(words.ElementAtOrDefault(1), NumberStyles.None, CultureInfo.InvariantCulture, out int width)
            & int.TryParse(words.ElementAtOrDefault(2), NumberStyles.None, CultureInfo.InvariantCulture, out int height);
        string problem = known
            ? $"its frames are {height}x{width}; up to {maxPixels} pixels are accepted (option {nameof(FFmpegVideoClipSourceOptions.MaxFramePixels)})"
            : $"ffmpeg gave '{ErrorText.Shortened(string.Join(' ', words))}' where a PPM picture was to begin";
        return known && (long)height * width <= maxPixels
            ? new FrameSize(height, width)
            : throw new VideoReadException(video, $"Cannot read the video '{video}': {problem}.");
    }

    private static int Read(ChildProcess process, Span<byte> buffer, string video)
    {
        try
        {
            return process.Read(buffer);
        }
        catch (TimeoutException error)
        {
            throw new VideoReadException(
                video,
                $"Cannot read the video '{video}': ffmpeg was ended, {error.Message}. Check where it comes from, or raise the option "
                + $"{nameof(FFmpegVideoClipSourceOptions.FrameTimeout)}.", error);
        }
    }

    // Of a damaged video the frames that decode are the video, so that only what ended the program from outside, or the stream, is an error.
    private void CheckEnd()
    {
        const int FirstSignal = 128;
        if (_process.WaitForExit() is var code && (code is < 0 or >= FirstSignal || _pump?.Error is not null))
        {
            throw Problem(_process, _pump, _video, $"ffmpeg ended with code {code} after {_count} frames. Try again");
        }
    }

    private static VideoReadException Problem(ChildProcess process, StreamPump? pump, string video, string problem)
    {
        process.WaitForExit();
        string errors = ErrorText.OfProgram(process.ErrorText().Split('\n').Select(ErrorOf));
        string said = errors.Length > 0 ? $" ffmpeg says: {errors}" : "";
        string failed = pump?.Error is { } error ? $" The stream failed: {error.Message}" : "";
        return new VideoReadException(video, $"Cannot read the video '{video}': {problem}.{failed}{said}", pump?.Error);
    }

    // What stands before it is the part of the program that speaks and its address: "[mov @ 0x55a83d782c40] [error] moov atom not found".
    private static string ErrorOf(string line)
    {
        foreach (string grave in new[] { "[error] ", "[fatal] " })
        {
            if (line.IndexOf(grave, StringComparison.Ordinal) is >= 0 and int at)
            {
                return line[(at + grave.Length)..].Trim();
            }
        }

        return "";
    }
}
