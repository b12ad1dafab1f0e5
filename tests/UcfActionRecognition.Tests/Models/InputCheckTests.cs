using TorchSharp;

namespace UcfActionRecognition.Tests.Models;

public class InputCheckTests
{
    private static readonly Normalization[] All = [Normalization.ImageNet, Normalization.Kinetics400, Normalization.Ucf101Assignment];

    [Test]
    public void CheckInput_TheNormalizationOfTheWeights_Fits([ValueSource(nameof(All))] Normalization normalization, [Values] bool clips)
    {
        using ResNet model = Model(clips, normalization);
        InputCheck check = Trained(model, clips, normalization).CheckInput(new FormulaVideos(), FormulaVideos.Videos(20))!;
        Assert.Multiple(() =>
        {
            Assert.That(check.Scale, Is.EqualTo(1).Within(0.05));
            Assert.That(check.Shift, Is.LessThan(0.05));
            Assert.That(check.FitsWeights, Is.True);
            Assert.That(check.Videos, Is.EqualTo(clips ? 8 : 20));
            Assert.That(check.ToString(), Does.StartWith("The input fits the weights: its scale is "));
        });
    }

    // 0.1519876, 0.14855877 and 0.156976 of 255 are 38.8, 37.9 and 40.0.
    [Test]
    public void CheckInput_TheAssignmentsNormalizationWithWeightsOfKinetics_DoesNotFit()
    {
        using ResNet model = Model(clips: true, Normalization.Ucf101Assignment);
        InputCheck check = Trained(model, clips: true, Normalization.Kinetics400).CheckInput(new FormulaVideos(), FormulaVideos.Videos(20))!;
        Assert.Multiple(() =>
        {
            Assert.That(1 / check.Scale, Is.InRange(37, 41));
            Assert.That(check.FitsWeights, Is.False);
            Assert.That(check.ToString(), Does.Match("^The input does not fit the weights: it is (38|39|40) times smaller than what they were trained on"));
        });
    }

    [Test]
    public void CheckInput_ValuesTo255ForWeightsOf0To1_DoesNotFit()
    {
        Normalization inPlace = Normalization.ImageNet with { ValueRange = 255 };
        using ResNet model = Model(clips: false, inPlace);
        InputCheck check = Trained(model, clips: false, Normalization.ImageNet).CheckInput(new FormulaVideos(), FormulaVideos.Videos(20))!;
        Assert.That(check.Scale, Is.InRange(200, 400));
        Assert.That(check.FitsWeights, Is.False);
    }

    [Test]
    public void CheckInput_InAnyType_IsTheSame()
    {
        using ResNet model = Model(clips: false, Normalization.Kinetics400);
        Trained(model, clips: false, Normalization.Kinetics400);
        double single = model.CheckInput(new FormulaVideos(), FormulaVideos.Videos(3))!.Scale;
        model.to(torch.ScalarType.Float64);
        Assert.That(model.CheckInput(new FormulaVideos(), FormulaVideos.Videos(3))!.Scale, Is.EqualTo(single).Within(1e-5));
        model.to(torch.ScalarType.BFloat16);
        Assert.That(model.CheckInput(new FormulaVideos(), FormulaVideos.Videos(3))!.Scale, Is.EqualTo(single).Within(0.05));
    }

    [Test]
    public void CheckInput_StatisticsThatAreNoNumbers_DoNotFit()
    {
        using ResNet model = Model(clips: false, Normalization.ImageNet);
        Trained(model, clips: false, Normalization.ImageNet);
        using (torch.no_grad())
        {
            model.state_dict()["bn1.running_var"][3] = double.NaN;
        }

        InputCheck check = model.CheckInput(new FormulaVideos(), FormulaVideos.Videos(3))!;
        Assert.Multiple(() =>
        {
            Assert.That(check.FitsWeights, Is.False);
            Assert.That(check.ToString(), Does.StartWith("The input does not fit the weights: it, or the statistics of their first BatchNorm, are no numbers (3 videos;"));
        });
    }

    [TestCase(BatchNormMode.Train, "Training makes up for it")]
    [TestCase(BatchNormMode.Frozen, "Take the normalisation of the weights")]
    public void ToString_Advises(BatchNormMode mode, string advice) => Assert.Multiple(() =>
    {
        Assert.That(new InputCheck(0.02, 0.1, 8, Normalization.ImageNet, mode).ToString(), Does.Contain("it is 50 times smaller").And.Contain(advice));
        Assert.That(new InputCheck(1, 5, 8, Normalization.ImageNet, mode).ToString(), Does.Contain("5.00 standard deviations off").And.Contain(advice));
        Assert.That(new InputCheck(0, 5, 8, Normalization.ImageNet, mode).ToString(), Does.Contain("the same everywhere").And.Not.Contain("Infinity"));
    });

    [Test]
    public void CheckInput_WithoutStatistics_SaysNothing()
    {
        using ResNet model = Model(clips: false, Normalization.ImageNet);
        Assert.That(model.CheckInput(new FormulaVideos(), FormulaVideos.Videos(20)), Is.Null);
    }

    [Test]
    public void CheckInput_PassesOverWhatCannotBeRead()
    {
        using ResNet model = Model(clips: false, Normalization.ImageNet);
        Trained(model, clips: false, Normalization.ImageNet);
        Assert.Multiple(() =>
        {
            Assert.That(model.CheckInput(new FormulaVideos { Broken = ["Class1/1"] }, FormulaVideos.Videos(3))!.Videos, Is.EqualTo(2));
            Assert.That(model.CheckInput(new FormulaVideos { Broken = ["Class0/0"] }, FormulaVideos.Videos(1)), Is.Null);
            Assert.That(model.CheckInput(new FormulaVideos(), []), Is.Null);
        });
    }

    [Test]
    public void CheckInput_ChangesNothingAndLeavesNothing()
    {
        using ResNet model = Model(clips: true, Normalization.Kinetics400);
        Trained(model, clips: true, Normalization.Kinetics400);
        string hash = model.ComputeHash();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        model.CheckInput(new FormulaVideos(), FormulaVideos.Videos(3));
        Assert.Multiple(() =>
        {
            Assert.That(DisposeScopeManager.Statistics.ThreadTotalLiveCount, Is.EqualTo(before));
            Assert.That(model.ComputeHash(), Is.EqualTo(hash));
            Assert.That(model.training, Is.True);
        });
    }

    private static ResNet Model(bool clips, Normalization normalization) => clips
        ? ActionModels.ResNet3D10(TestModels.Classes(3), options: new ResNet3DOptions { Size = 32, Seed = 1, Normalization = normalization })
        : ActionModels.ResNet18(TestModels.Classes(3), options: new ResNet2DOptions { Size = 32, Seed = 1, Normalization = normalization });

    /// <summary>Gives a model the weights and statistics of one whose BatchNorms have seen the videos under a normalisation.</summary>
    private static ResNet Trained(ResNet model, bool clips, Normalization normalization)
    {
        using ResNet trained = Model(clips, normalization);
        using var loader = new ClipLoader(
            FormulaVideos.Videos(20), new FormulaVideos(), new CenterClip(trained.Input.ClipLength), AugmentationPipeline.Create().Resize(32),
            new ClipLoaderOptions { BatchSize = 20 });
        using var input = new ModelInput(trained);
        using (torch.no_grad())
        {
            foreach (TorchSharp.Modules.BatchNorm norm in trained.modules().OfType<TorchSharp.Modules.BatchNorm>())
            {
                norm.momentum = 1;
            }

            using ClipBatch batch = loader.ReadEpoch(0).Single();
            using torch.Tensor prepared = input.Prepare(batch.Frames);
            using torch.Tensor logits = trained.forward(prepared);
            foreach ((string key, torch.Tensor value) in trained.state_dict())
            {
                model.state_dict()[key].copy_(value);
            }
        }

        return model;
    }
}
