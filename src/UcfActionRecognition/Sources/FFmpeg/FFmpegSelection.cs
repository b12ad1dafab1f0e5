using System.Globalization;
using System.Text;

namespace UcfActionRecognition;

/// <summary>The frames that one run of ffmpeg gives.</summary>
/// <param name="Expression">The condition of its select filter.</param>
/// <param name="Count">How many frames fulfil it.</param>
/// <param name="SeekTo">Seconds to seek to first; <see langword="null"/> to decode from the start.</param>
internal sealed record FFmpegSelection(string Expression, int Count, double? SeekTo)
{
    /// <summary>More runs than this are not written down; the frames between them are given as well.</summary>
    public const int MostRuns = 100;

    /// <summary>Selects runs of consecutive frames by number, from the start, or by time stamp after a seek.</summary>
    public static FFmpegSelection Of(IReadOnlyList<(int First, int Last)> runs, FFmpegVideoIndex index, double? seekTo)
    {
        var expression = new StringBuilder();
        int count = 0;
        foreach ((int first, int last) in runs)
        {
            (long from, long to) = seekTo is null ? (first, last) : (index.Frames[first].Time, index.Frames[last].Time);
            expression.Append(expression.Length > 0 ? "+" : "");
            expression.Append(CultureInfo.InvariantCulture, $@"between({(seekTo is null ? "n" : "pts")}\,{from}\,{to})");
            count += last - first + 1;
        }

        return new FFmpegSelection(expression.ToString(), count, seekTo);
    }

    /// <summary>The runs that sorted, distinct frames form.</summary>
    public static List<(int First, int Last)> Runs(ReadOnlySpan<int> frames)
    {
        var runs = new List<(int First, int Last)>();
        foreach (int frame in frames)
        {
            if (runs.Count > 0 && (runs[^1].Last == frame - 1 || runs.Count > MostRuns))
            {
                runs[^1] = (runs[^1].First, frame);
            }
            else
            {
                runs.Add((frame, frame));
            }
        }

        return runs;
    }
}
