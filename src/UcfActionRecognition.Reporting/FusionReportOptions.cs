namespace UcfActionRecognition.Reporting;

/// <summary>What a <see cref="FusionReport"/> says beside the numbers, and how the models are combined.</summary>
public sealed record FusionReportOptions
{
    /// <summary>The title. Default: <c>Action recognition from single frames, from sequences, and from both</c>.</summary>
    public string Title { get; init; } = "Action recognition from single frames, from sequences, and from both";

    /// <summary>The date that stands in the report; the clock is not read.</summary>
    public required DateOnly Date { get; init; }

    /// <summary>The data's name; by default (<see langword="null"/>) what the predictions say of it.</summary>
    public string? Data { get; init; }

    /// <summary>Videos that the data's lists name and that are not among the predictions' videos. Default: 0.</summary>
    public int MissingVideos { get; init; }

    /// <summary>How the models are combined. Default: the mean of log-probabilities with equal weights.</summary>
    public ScoreFusionOptions Fusion { get; init; } = new();

    /// <summary>How the single-frame model was made; left out where it is not known (<see langword="null"/>, the default).</summary>
    public ModelRun? SingleRun { get; init; }

    /// <summary>How the sequence model was made; left out where it is not known (<see langword="null"/>, the default).</summary>
    public ModelRun? SequenceRun { get; init; }

    /// <summary>More lines for the description of the report. Default: <see cref="ReportFact.LibraryAndMachine"/>.</summary>
    public IReadOnlyList<ReportFact> Facts { get; init; } = ReportFact.LibraryAndMachine;

    /// <summary>Remarks that stand at the report's beginning, such as what was not found. Default: none.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>Where frames of a few videos are read from; they stay the caller's to dispose. By default (<see langword="null"/>) the report shows no frames.</summary>
    public IVideoClipSource? Videos { get; init; }

    /// <summary>Videos that are shown of each kind: right by time only, by space only, by neither; 0 to 20. Default: 2.</summary>
    public int VideosOfKind { get; init; } = 2;

    /// <summary>How the confidence intervals are estimated.</summary>
    public BootstrapOptions Bootstrap { get; init; } = new();

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(MissingVideos);
        ArgumentOutOfRangeException.ThrowIfNegative(VideosOfKind);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(VideosOfKind, 20);
    }
}
