using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;

namespace UcfActionRecognition.Tests.Evaluation;

/// <summary>A model that takes no time and notes the shape of what goes through it: N, T, or only N where it takes single frames.</summary>
internal sealed class RecordingModel : ActionModel
{
    [ComponentName(Name = "fc")]
    private readonly Linear _fc = torch.nn.Linear(3, 3);

    public RecordingModel(int clipLength)
        : base("recording", ["Class0", "Class1", "Class2"], new InputSpec { Size = FrameSize.Square(8), ClipLength = clipLength, Normalization = Normalization.ImageNet }) =>
        RegisterComponents();

    /// <summary>What went through, call by call.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>Counted over all calls: the row whose logits are no numbers.</summary>
    public int? BrokenRow { get; init; }

    /// <summary>Rows of logits that each call gives too many.</summary>
    public int RowsTooMany { get; init; }

    /// <summary>Whether what comes of a clip depends on how many there are at once and on its place among them, as the last bits of real models do.</summary>
    public bool DependsOnPlaces { get; init; }

    private long Rows { get; set; }

    protected override IReadOnlyList<string> TrainedPrefixes(FineTuneScope scope) => [string.Empty];

    protected override torch.Tensor Logits(torch.Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        Calls.Add(input.ndim == 4 ? $"{input.shape[0]}" : $"{input.shape[0]}x{input.shape[2]}");
        torch.Tensor logits = _fc.forward(input.flatten(2).mean([2]));
        if (DependsOnPlaces)
        {
            long clips = logits.shape[0];
            logits.add_(torch.arange(clips, torch.ScalarType.Float32).unsqueeze(1) * torch.tensor(new[] { 0.1f, 0.2f, -0.3f }) / clips);
        }

        if (BrokenRow - Rows is { } row && row >= 0 && row < logits.shape[0])
        {
            logits[row] = float.NaN;
        }

        Rows += logits.shape[0];
        return (RowsTooMany == 0 ? logits : torch.cat([logits, logits[..RowsTooMany]])).MoveToOuterDisposeScope();
    }
}
