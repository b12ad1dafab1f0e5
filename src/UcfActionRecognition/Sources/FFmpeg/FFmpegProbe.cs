using System.Globalization;
using System.Text;

namespace UcfActionRecognition;

/// <summary>Finds a video's size, rate and true length, and where its frames are: ffprobe decodes it and lists them.</summary>
internal sealed class FFmpegProbe(FFmpegPrograms programs, FFmpegVideoClipSourceOptions options, string video, string path)
{
    // Of the lines asked for, none comes near; the bound keeps a strange file from filling the memory.
    private const int MostLineBytes = 65_536;

    private (int Height, int Width)? _size;
    private readonly List<FFmpegFrame> _frames = [];
    private bool _streamSeen;
    private bool _turned;
    private double? _framesPerSecond;
    private double _timeBase;
    private string _codec = "";
    private uint _codecTag;
    private string _container = "";

    /// <exception cref="VideoReadException">The file holds no video, or one that is not accepted.</exception>
    public FFmpegVideoIndex Run(CancellationToken cancel)
    {
        using ChildProcess process = programs.StartProbe(path, cancel);
        int exitCode;
        try
        {
            ReadLines(process);
            exitCode = process.WaitForExit();
        }
        catch (TimeoutException error)
        {
            throw Problem($"ffprobe was ended: {error.Message}. Check the file, or raise the option FrameTimeout", error);
        }

        const int FirstSignal = 128;
        string said = ErrorText.OfProgram(process.ErrorText().Split('\n')) is { Length: > 0 } errors ? $"; ffprobe says: {errors}" : "";
        if (exitCode is < 0 or >= FirstSignal)
        {
            throw Problem($"ffprobe ended with code {exitCode}{said}. Try again; if it persists, get the file again");
        }

        if (_size is not var (height, width) || _frames.Count == 0)
        {
            string found = _streamSeen ? "none of its frames decodes" : "no video stream was found in it";
            throw Problem($"{found}{said}. Expected a video file (AVI, MP4, Matroska, ...) with at least one frame; get the file again");
        }

        VideoInfo info = _turned
            ? new VideoInfo(width, height, _frames.Count, _framesPerSecond) : new VideoInfo(height, width, _frames.Count, _framesPerSecond);
        FFmpegFrame[] frames = [.. _frames];
        bool packets = _container == "avi" && _codec == "mpeg4" && !_turned;
        return new FFmpegVideoIndex(info, _timeBase, frames, packets ? FFmpegPacketHead.Find(path, _codecTag, frames) : null);
    }

    private void ReadLines(ChildProcess process)
    {
        byte[] buffer = new byte[MostLineBytes];
        int held = 0;
        while (process.ReadSome(buffer.AsSpan(held)) is > 0 and int count)
        {
            held += count;
            int start = 0;
            while (buffer.AsSpan(start, held - start).IndexOf((byte)'\n') is >= 0 and int length)
            {
                ReadLine(Encoding.UTF8.GetString(buffer, start, length).TrimEnd('\r'));
                start += length + 1;
            }

            buffer.AsSpan(start, held - start).CopyTo(buffer);
            held -= start;
            if (held == buffer.Length)
            {
                throw Problem("ffprobe describes it in a line that does not end. Get the file again");
            }
        }
    }

    private void ReadLine(string line)
    {
        string[] fields = line.Split('|');
        if (fields[0] == "frame")
        {
            ReadFrame(Number(fields, "height"), Number(fields, "width"));
            _frames.Add(new FFmpegFrame(
                Long(fields, "best_effort_timestamp") ?? FFmpegFrame.NoTime, Long(fields, "pkt_pos") ?? -1, Number(fields, "pkt_size"),
                Number(fields, "key_frame") == 1));
        }
        else if (fields[0] == "stream")
        {
            _streamSeen = true;
            _framesPerSecond = Ratio(fields, "avg_frame_rate");
            _timeBase = Ratio(fields, "time_base") ?? 0;
            _codec = Value(fields, "codec_name") ?? "";
            _ = uint.TryParse(
                (Value(fields, "codec_tag") ?? "").Replace("0x", "", StringComparison.Ordinal), NumberStyles.HexNumber, CultureInfo.InvariantCulture,
                out _codecTag);

            // ffmpeg turns frames upright by itself; a quarter turn swaps height and width.
            double turn = Math.Abs(Decimal(fields, "rotation") ?? Decimal(fields, "tag:rotate") ?? 0) % 180;
            _turned = Math.Abs(turn - 90) < 1;
        }
        else if (fields[0] == "format")
        {
            _container = Value(fields, "format_name") ?? "";
        }
    }

    private void ReadFrame(int height, int width)
    {
        _size ??= (height, width);
        if (_size != (height, width))
        {
            throw Problem(
                $"its frames change size from {_size.Value.Height}x{_size.Value.Width} to {height}x{width} at frame {_frames.Count}. " +
                "Expected one size; convert it to one");
        }

        if (height <= 0 || width <= 0 || (long)height * width > options.MaxFramePixels)
        {
            throw Problem($"its frames are {height}x{width}; up to {options.MaxFramePixels} pixels are accepted (option MaxFramePixels)");
        }

        if (_frames.Count == options.MaxFrames)
        {
            throw Problem($"it has more than {options.MaxFrames} frames (option MaxFrames)");
        }
    }

    private static double? Ratio(string[] fields, string key)
    {
        string[] parts = (Value(fields, key) ?? "").Split('/');
        return parts.Length == 2
            && double.TryParse(parts[0], CultureInfo.InvariantCulture, out double frames)
            && double.TryParse(parts[1], CultureInfo.InvariantCulture, out double seconds)
            && frames > 0 && seconds > 0 ? frames / seconds : null;
    }

    private static int Number(string[] fields, string key) =>
        int.TryParse(Value(fields, key), CultureInfo.InvariantCulture, out int number) ? number : 0;

    private static long? Long(string[] fields, string key) =>
        long.TryParse(Value(fields, key), CultureInfo.InvariantCulture, out long number) ? number : null;

    private static double? Decimal(string[] fields, string key) =>
        double.TryParse(Value(fields, key), CultureInfo.InvariantCulture, out double number) ? number : null;

    private static string? Value(string[] fields, string key) =>
        Array.Find(fields, field => field.StartsWith(key + "=", StringComparison.Ordinal))?[(key.Length + 1)..];

    private VideoReadException Problem(string problem, Exception? error = null) =>
        new(video, $"Cannot read the video '{path}': {problem}.", error);
}
