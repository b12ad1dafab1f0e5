namespace UcfActionRecognition.Samples.Part1;

/// <summary>What the command line asks for.</summary>
internal sealed record Part1Options
{
    public required string Data { get; init; }

    public required VideoFormat Format { get; init; }

    public required int Split { get; init; }

    public required string[]? Classes { get; init; }

    /// <summary>A safetensors file; <see langword="null"/> to train from scratch.</summary>
    public required string? Weights { get; init; }

    public required string Device { get; init; }

    public required string Output { get; init; }

    public required bool SkipTrainVideos { get; init; }

    /// <summary>Whether the command line named a size; an evaluation then checks it.</summary>
    public required bool SizeGiven { get; init; }

    /// <summary>Whether the command line named a depth; an evaluation then checks it.</summary>
    public required bool DepthGiven { get; init; }

    public required Recipe Recipe { get; init; }
}
