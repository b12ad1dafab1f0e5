namespace UcfActionRecognition.Tests.Weights;

public sealed class KnownWeightsTests
{
    private static IReadOnlyList<KnownWeights> All => KnownWeights.All;

    [Test]
    public void All_HasEveryPublishedFileOnce()
    {
        Assert.That(All.Select(known => known.Name), Is.EqualTo(new[]
        {
            "resnet18", "resnet18-legacy", "resnet34", "resnet34-legacy", "resnet50", "resnet50-legacy", "resnet50-v2", "resnet101",
            "resnet101-legacy", "resnet101-v2", "resnet152", "resnet152-legacy", "resnet152-v2", "resnet-18-kinetics", "resnet-34-kinetics",
            "resnet-50-kinetics", "resnet-101-kinetics", "resnet-152-kinetics", "resnet-200-kinetics", "r3d18_K_200ep", "r3d34_K_200ep",
            "r3d50_K_200ep", "r3d101_K_200ep", "r3d152_K_200ep", "r3d200_K_200ep",
        }));
        Assert.That(All.SelectMany(known => new[] { known.Name, known.FileName }), Is.Unique);
    }

    [TestCaseSource(nameof(All))]
    public void All_HashesAreThoseOfTheFilesNames(KnownWeights known)
    {
        string stem = Path.GetFileNameWithoutExtension(known.FileName);
        if (known.Dataset != "ImageNet-1K")
        {
            Assert.That(known.Sha256, Is.Null);
            return;
        }

        Assert.That(known.Sha256, Does.Match("^([0-9a-f]{8}|[0-9a-f]{64})$"));
        Assert.That(stem, Is.EqualTo($"resnet{known.Depth}-{known.Sha256![..8]}"));
        Assert.That(known.DownloadAddress, Is.EqualTo(new Uri($"https://download.pytorch.org/models/{known.FileName}")));
    }

    // A float for each parameter (torchvision's num_params), and somewhat more for the BatchNorms' statistics and the names.
    [TestCaseSource(nameof(All))]
    public void All_SizesFitTheParameters(KnownWeights known)
    {
        long parameters = known.Depth switch { 18 => 11_689_512, 34 => 21_797_672, 50 => 25_557_032, 101 => 44_549_160, _ => 60_192_808 };
        if (known.Bytes is { } bytes)
        {
            Assert.That(bytes, Is.GreaterThan(4 * parameters).And.LessThan(4.04 * parameters));
            Assert.That(bytes, Is.LessThan(new DownloadOptions().MaxBytes));
        }
    }

    [TestCaseSource(nameof(All))]
    public void CreateOptions_MakeTheNetworkOfTheArchitecture(KnownWeights known)
    {
        ResNetOptions options = known.CreateOptions();

        Assert.That(options.ToInput(), Is.EqualTo(known.Input));
        if (options is ResNet3DOptions clips)
        {
            (int Depth, ResNet3DOptions Options)? named = ResNet3D.FromName(known.Architecture);
            Assert.That(named?.Depth, Is.EqualTo(known.Depth));
            Assert.That(named?.Options.Shortcut, Is.EqualTo(clips.Shortcut).And.EqualTo(known.Shortcut));
        }
        else
        {
            Assert.That(known.Architecture, Is.EqualTo($"resnet{known.Depth}"));
            Assert.That(known.Shortcut, Is.Null);
        }
    }

    // As the documentation states it, so that the two cannot drift apart.
    [TestCaseSource(nameof(All))]
    public void All_AreInTheDocumentation(KnownWeights known)
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "weights.md"));

        Assert.That(page, Does.Contain($"`{known.Name}`").And.Contain(known.DownloadAddress is null ? known.Source.ToString() : $"`{known.FileName}`"));
        if (known.Bytes is { } bytes)
        {
            Assert.That(page, Does.Contain($"| `{known.FileName}` | {KnownWeights.Count(bytes)} |"));
        }

        if (known.DownloadAddress is not null)
        {
            string resize = known.ResizeBeforeCrop is { } pixels ? $"{pixels}" : "not published";
            Assert.That(page, Does.Match($@"\n\| `{known.Name}` \|.*\| {resize} \|\r?\n"));
        }
    }

    [TestCase("resnet50", "resnet50-0676ba61.pth")]
    [TestCase("ResNet50-V2", "resnet50-11ad3fa6.pth")]
    [TestCase("resnet50-19c8e357.pth", "resnet50-19c8e357.pth")]
    [TestCase("resnet-50-kinetics", "resnet-50-kinetics.pth")]
    [TestCase("r3d50_k_200ep", "r3d50_K_200ep.pth")]
    public void Find_ByNameOrFileName(string name, string file) => Assert.That(KnownWeights.Find(name)?.FileName, Is.EqualTo(file));

    [TestCase("resnet51")]
    [TestCase("")]
    [TestCase("folder/resnet50-0676ba61.pth")]
    public void Find_AnythingElse_IsNull(string name) => Assert.That(KnownWeights.Find(name), Is.Null);

    [TestCase("")]
    [TestCase("0676ba6")]
    [TestCase("0676BA61")]
    [TestCase("0676ba61b6795bbe")]
    [TestCase("0676ba6g")]
    public void Sha256_AnythingElse_IsRefused(string hash) => Assert.That(
        () => KnownWeights.Find("resnet50")! with { Sha256 = hash },
        Throws.ArgumentException.With.Message.StartsWith(
            $"'{hash}' is no SHA-256: that has 64 hexadecimal digits in lower case, or the first 8 of them."));

    [Test]
    public void Kinetics_ShortcutsAndNormalizations()
    {
        Assert.That(KnownWeights.Find("resnet-34-kinetics")!.Shortcut, Is.EqualTo(ShortcutType.A));
        Assert.That(KnownWeights.Find("resnet-50-kinetics")!.Shortcut, Is.EqualTo(ShortcutType.B));
        Assert.That(KnownWeights.Find("r3d34_K_200ep")!.Shortcut, Is.EqualTo(ShortcutType.B));
        Assert.That(KnownWeights.Find("resnet-50-kinetics")!.Input.ToString(), Is.EqualTo(
            "clips of 16 frames of 112x112, RGB, values 0..255, mean (114.7748, 107.7354, 99.475), std (1, 1, 1)"));
        Assert.That(KnownWeights.Find("r3d50_K_200ep")!.Input.ToString(), Is.EqualTo(
            "clips of 16 frames of 112x112, RGB, values 0..1, mean (0.4345, 0.4051, 0.3775), std (0.2768, 0.2713, 0.2737)"));
    }

    [Test]
    public void DifferenceFrom_SameNormalization_IsNull() =>
        Assert.That(KnownWeights.Find("resnet-50-kinetics")!.DifferenceFrom(new ResNet3DOptions { Size = 224, ClipLength = 32 }.ToInput()), Is.Null);

    [Test]
    public void DifferenceFrom_AnotherNormalization_NamesBoth() => Assert.That(
        KnownWeights.Find("resnet50")!.DifferenceFrom(new ResNet2DOptions { Normalization = Normalization.Ucf101Assignment }.ToInput()),
        Is.EqualTo(
            "resnet50 was trained with values 0..1, mean (0.485, 0.456, 0.406), std (0.229, 0.224, 0.225); the model takes values 0..1, mean "
            + "(0.433, 0.4045, 0.3776), std (0.1519876, 0.14855877, 0.156976)."));

    [Test]
    public void DifferenceFrom_ClipsForFrames_NamesBoth() => Assert.That(
        KnownWeights.Find("resnet50")!.DifferenceFrom(new ResNet3DOptions().ToInput()),
        Does.StartWith("resnet50 was trained on frames of 224x224, RGB, ").And.Contains("; the model takes clips of 16 frames of 224x224, "));

    [Test]
    public void ToString_IsOneLine() => Assert.That(KnownWeights.Find("resnet101-v2")!.ToString(), Is.EqualTo(
        "resnet101-v2: resnet101, ImageNet-1K (1000 classes), resnet101-cd907fc2.pth (of unpublished size, SHA-256 cd907fc2...), "
        + "top-1 81.886 %, top-5 95.780 %"));
}
