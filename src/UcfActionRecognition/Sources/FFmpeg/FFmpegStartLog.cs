using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace UcfActionRecognition;

/// <summary>
/// Finds the frame rate in what ffmpeg says of its output before it writes the first frame: <c>Stream #0:0: Video: ppm, rgb24, 64x48, 200 kb/s, 25 fps, 25 tbn</c>
/// below <c>Output #0</c>. Filled by one thread, asked by another.
/// </summary>
internal sealed partial class FFmpegStartLog
{
    private const int MostLineBytes = 4096;

    // The words come before the frame, through another pipe.
    private static readonly TimeSpan MostWait = TimeSpan.FromSeconds(5);

    private readonly object _gate = new();
    private readonly List<byte> _line = [];
    private bool _inOutput;
    private bool _ended;
    private double? _framesPerSecond;

    /// <summary>Takes what comes to standard error; nothing at its end.</summary>
    public void Take(ReadOnlySpan<byte> text)
    {
        lock (_gate)
        {
            foreach (byte letter in _ended ? [] : text)
            {
                if (letter == '\n')
                {
                    TakeLine(Encoding.UTF8.GetString([.. _line]));
                    _line.Clear();
                }
                else if (_line.Count < MostLineBytes)
                {
                    _line.Add(letter);
                }
            }

            if (_ended |= text.IsEmpty)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>The frame rate; <see langword="null"/> where it is not known. To be asked once a frame has come.</summary>
    public double? FramesPerSecond()
    {
        lock (_gate)
        {
            return _ended || Monitor.Wait(_gate, MostWait) ? _framesPerSecond : null;
        }
    }

    private void TakeLine(string line)
    {
        if (_ended)
        {
            return;
        }

        if (!_inOutput)
        {
            _inOutput = line.Contains("Output #0", StringComparison.Ordinal);
        }
        else if (VideoStream().Match(line) is { Success: true } stream)
        {
            Group rate = stream.Groups["rate"];
            _framesPerSecond = rate.Success ? Exact(double.Parse(rate.ValueSpan, CultureInfo.InvariantCulture)) : null;
            _ended = true;
        }
    }

    // It is written with two digits: 23.98, 29.97 and 59.94 are the rates of NTSC, 24, 30 and 60 times 1000/1001.
    private static double? Exact(double rate)
    {
        double ntsc = Math.Ceiling(rate) * 1000 / 1001;
        return Math.Abs(rate - ntsc) <= 0.005 ? ntsc : rate > 0 ? rate : null;
    }

    [GeneratedRegex(@"Stream #0:0.*: Video: .*?(?:, (?<rate>\d+(?:\.\d+)?) fps|$)")]
    private static partial Regex VideoStream();
}
