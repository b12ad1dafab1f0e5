using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using UcfActionRecognition.Tests.Models;
using static TorchSharp.torch;

namespace UcfActionRecognition.Tests.Training;

/// <summary>Two convolutions with BatchNorms and a classifier, of some hundred weights by formula: trains in milliseconds, and its checkpoints are small.</summary>
internal sealed class TinyModel : ActionModel
{
    [ComponentName(Name = "conv1")]
    private readonly Conv2d _conv1;

    [ComponentName(Name = "bn1")]
    private readonly BatchNorm2d _norm1;

    [ComponentName(Name = "conv2")]
    private readonly Conv2d _conv2;

    [ComponentName(Name = "bn2")]
    private readonly BatchNorm2d _norm2;

    [ComponentName(Name = "fc")]
    private readonly Linear _classifier;

    public TinyModel(IReadOnlyList<string> classes)
        : base("tiny", classes, new InputSpec { Size = 32, Normalization = Normalization.ImageNet })
    {
        _conv1 = nn.Conv2d(3, 8, 3, stride: 2, padding: 1L, bias: false);
        _norm1 = nn.BatchNorm2d(8);
        _conv2 = nn.Conv2d(8, 16, 3, stride: 2, padding: 1L, bias: false);
        _norm2 = nn.BatchNorm2d(16);
        _classifier = nn.Linear(16, classes.Count);
        RegisterComponents();
        Formula.Fill(this);
    }

    protected override IReadOnlyList<string> TrainedPrefixes(FineTuneScope scope) => scope switch
    {
        FineTuneScope.Head => ["fc."],
        FineTuneScope.LastBlock => ["conv2.", "bn2.", "fc."],
        _ => [""],
    };

    protected override Tensor Logits(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor first = nn.functional.relu(_norm1.call(_conv1.call(input)));
        Tensor second = nn.functional.relu(_norm2.call(_conv2.call(first)));
        return _classifier.call(second.mean([2, 3])).MoveToOuterDisposeScope();
    }
}
