namespace UcfActionRecognition.Reporting;

/// <summary>A few videos that one model alone gets right, or none.</summary>
internal static class VideoSection
{
    public static ReportSection Create(ReportResults results, CancellationToken cancel)
    {
        var blocks = new List<ReportBlock>
        {
            new ReportParagraph("Of each kind the videos whose true class the two models' probabilities are furthest apart on; of those that neither gets right, the surest mistakes. "
                + "Bars are probabilities; the true class is dark and bold."),
        };
        if (results.Options.Videos is null)
        {
            blocks.Add(new ReportParagraph("The videos themselves were not at hand: their frames are left out.", IsNote: true));
        }

        int number = 0;
        foreach ((string title, IReadOnlyList<ComparedVideo> videos, Func<ComparedVideo, double> telling) in Kinds(results))
        {
            blocks.Add(new ReportHeading($"{title}: {ReportText.Count(videos.Count, "video", "videos")}"));
            ComparedVideo[] chosen = Choose(videos, telling, results.Options.VideosOfKind);
            if (chosen.Length == 0)
            {
                blocks.Add(new ReportParagraph(videos.Count == 0 ? "There is none." : "None is shown."));
            }

            foreach (ComparedVideo video in chosen)
            {
                cancel.ThrowIfCancellationRequested();
                blocks.Add(Show(results, video.Video, ++number, cancel));
            }
        }

        return new ReportSection("Telling videos", blocks);
    }

    private static IEnumerable<(string Title, IReadOnlyList<ComparedVideo> Videos, Func<ComparedVideo, double> Telling)> Kinds(ReportResults results)
    {
        yield return ("Solved by time only", results.SpaceAndTime.OnlySecond, video => True(results.Sequence, video) - True(results.Single, video));
        yield return ("Solved by space only", results.SpaceAndTime.OnlyFirst, video => True(results.Single, video) - True(results.Sequence, video));
        yield return ("Solved by neither", results.SpaceAndTime.Neither, video => Sure(results.Single, video) + Sure(results.Sequence, video));
    }

    // One of a class, so that a class that is never recognised does not fill the page.
    private static ComparedVideo[] Choose(IReadOnlyList<ComparedVideo> videos, Func<ComparedVideo, double> telling, int count)
    {
        ComparedVideo[] ordered = [.. videos.OrderByDescending(telling).ThenBy(video => video.Video.Name, StringComparer.Ordinal)];
        return [.. ordered.DistinctBy(video => video.Video.Label).Concat(ordered).Distinct().Take(count)];
    }

    private static double True(ModelResults model, ComparedVideo video) => model.Probabilities(video.Video.Name)?[video.Video.Label] ?? 0;

    private static double Sure(ModelResults model, ComparedVideo video) => model.Probabilities(video.Video.Name)?.Max() ?? 0;

    private static ReportFigure Show(ReportResults results, LabeledVideo video, int number, CancellationToken cancel)
    {
        (Filmstrip strip, string problem) = ReadFrames(results.Options.Videos, video.Name, cancel);
        string frames = strip.Times.Count > 0 ? $" Frames {string.Join(", ", strip.Times)}." : problem;
        return new ReportFigure(new FilmstripFigure(
            strip, results.Single.Set.Classes, video, [.. results.Models.Take(2).Select(model => (model.Name, model.Probabilities(video.Name)))])
        {
            Name = ReportText.Line($"video-{number}"),
            Caption = $"{video.Name}: {results.Single.Set.Classes[video.Label]}.{frames}",
        });
    }

    private static (Filmstrip Strip, string Problem) ReadFrames(IVideoClipSource? source, string video, CancellationToken cancel)
    {
        if (source is null)
        {
            return (Filmstrip.Empty, "");
        }

        try
        {
            return (Filmstrip.Read(source, video, cancel), "");
        }
        catch (VideoReadException error)
        {
            return (Filmstrip.Empty, $" Its frames are left out: {error.Message}");
        }
    }
}
