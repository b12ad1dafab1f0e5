using System.Security.Cryptography;
using TorchSharp;
using UcfActionRecognition.Tests.Models;

namespace UcfActionRecognition.Tests.Weights;

public sealed class WeightsSearchTests : TensorFixture
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public void Find_ByPath_IsAnyFile()
    {
        Write("mine.safetensors");

        PretrainedWeights weights = WeightsSearch.Find(_folder["mine.safetensors"], []);

        Assert.That(weights.Path, Is.EqualTo(_folder["mine.safetensors"]));
        Assert.That(weights.Known, Is.Null);
    }

    [Test]
    public void Find_ByPathOfAKnownFile_KnowsIt()
    {
        Write("resnet-18-kinetics.pth");

        Assert.That(WeightsSearch.Find(_folder["resnet-18-kinetics.pth"], []).Known, Is.SameAs(KnownWeights.Find("resnet-18-kinetics")));
    }

    [Test]
    public void FromFile_OfAKnownName_TakesTheFileAsItIs()
    {
        Write("resnet50-0676ba61.pth");

        Assert.That(PretrainedWeights.FromFile(_folder["resnet50-0676ba61.pth"]).Known, Is.Null);
    }

    [Test]
    public void Find_ByName_LooksInTheFoldersInOrder()
    {
        Write("own/resnet-18-kinetics.pth");
        Write("torch/resnet-18-kinetics.pth");
        Write("torch/resnet-34-kinetics.pth");

        Assert.That(WeightsSearch.Find("resnet-18-kinetics", Folders).Path, Is.EqualTo(Path.Combine(_folder["own"], "resnet-18-kinetics.pth")));
        Assert.That(WeightsSearch.Find("resnet-34-kinetics", Folders).Path, Is.EqualTo(Path.Combine(_folder["torch"], "resnet-34-kinetics.pth")));
        Assert.That(WeightsSearch.Find("resnet-34-kinetics.pth", Folders).Known!.Name, Is.EqualTo("resnet-34-kinetics"));
    }

    [Test]
    public void Find_NameOfAnotherFile_LooksInTheFolders()
    {
        Write("own/mine.safetensors");

        Assert.That(WeightsSearch.Find("mine.safetensors", Folders).Known, Is.Null);
        Assert.That(() => WeightsSearch.Find("../own/mine.safetensors", Folders), Throws.TypeOf<WeightsUnavailableException>());
    }

    [Test]
    public void Find_Missing_SaysWhereItLookedAndHowToGetIt() => Assert.That(
        () => WeightsSearch.Find("resnet50", Folders),
        Throws.TypeOf<WeightsUnavailableException>()
            .With.Property(nameof(WeightsUnavailableException.Weights)).SameAs(KnownWeights.Find("resnet50"))
            .And.Message.EqualTo(
                "resnet50: resnet50-0676ba61.pth (102,530,333 bytes, SHA-256 0676ba61b6795bbe1773cffd859882e5e297624d384b6993f7c9e683e722fb8a) is "
                + $"not on this machine. Looked in: {_folder["own"]} (UCF_WEIGHTS_DIR), {_folder["torch"]} (PyTorch's cache). Put it there, or give "
                + "its path: download it (PretrainedWeights.Download, or https://download.pytorch.org/models/resnet50-0676ba61.pth)."));

    [Test]
    public void Find_MissingWithoutAddress_SaysWhereToFetchItByHand() => Assert.That(
        () => WeightsSearch.Find("r3d50_K_200ep", [Folders[1]]),
        Throws.TypeOf<WeightsUnavailableException>().With.Message.EqualTo(
            "r3d50_K_200ep: r3d50_K_200ep.pth (of unpublished size, no published SHA-256) is not on this machine. Looked in: "
            + $"{_folder["torch"]} (PyTorch's cache); UCF_WEIGHTS_DIR is not set. Put it there, or give its path: fetch it by hand from "
            + "https://drive.google.com/open?id=1xbYbZ7rpyjftI_KCk6YuL-XrfQDz7Yd4; there is no stable address to download it from."));

    [Test]
    public void Find_Unknown_ListsTheNames() => Assert.That(
        () => WeightsSearch.Find("resnet51", Folders),
        Throws.TypeOf<WeightsUnavailableException>()
            .With.Property(nameof(WeightsUnavailableException.Weights)).Null
            .And.Message.StartsWith($"resnet51: neither a file, nor one in {_folder["own"]} (UCF_WEIGHTS_DIR), ")
            .And.Message.EndsWith("Known names: " + string.Join(", ", KnownWeights.All.Select(known => known.Name)) + "."));

    [Test]
    public void Find_KnownFileOfAnotherSize_IsRefused()
    {
        File.WriteAllText(_folder["resnet50-19c8e357.pth"], "cut off");

        Assert.That(() => WeightsSearch.Find("resnet50-legacy", [new WeightsFolder(_folder.Path, "x")]),
            Throws.TypeOf<WeightsFormatException>().With.Message.EqualTo(
                $"{_folder["resnet50-19c8e357.pth"]}: not the published resnet50-19c8e357.pth: it has 7 bytes in place of 102,502,400. It was cut "
                + "off or changed. Delete it and download it (PretrainedWeights.Download, or "
                + "https://download.pytorch.org/models/resnet50-19c8e357.pth); or rename it, if it is meant to be another one."));
    }

    [Test]
    public void Find_KnownFileOfAnotherHash_IsRefused()
    {
        File.WriteAllText(_folder["resnet101-cd907fc2.pth"], "changed");
        string hash = Convert.ToHexStringLower(SHA256.HashData("changed"u8));

        Assert.That(() => WeightsSearch.Find(_folder["resnet101-cd907fc2.pth"], []), Throws.TypeOf<WeightsFormatException>().With.Message.StartsWith(
            $"{_folder["resnet101-cd907fc2.pth"]}: not the published resnet101-cd907fc2.pth: its SHA-256 is {hash}, not cd907fc2.... It was"));
    }

    [Test]
    public void Find_KnownFileOfOtherClasses_IsRefused()
    {
        Write("resnet-18-kinetics.pth", classes: 700);

        Assert.That(() => WeightsSearch.Find(_folder["resnet-18-kinetics.pth"], []), Throws.TypeOf<WeightsFormatException>().With.Message.EqualTo(
            $"{_folder["resnet-18-kinetics.pth"]}: not the published resnet-18-kinetics.pth: its classifier has 700 classes, that of "
            + "Kinetics-400 has 400. Rename it, if it is meant to be another one, so that it is not taken for it."));
    }

    [Test]
    public void Find_KnownFileOfAnotherNetwork_IsRefused()
    {
        using ResNet2D model = TestModels.Small(classes: 400);
        ModelCheckpoint.Save(_folder["resnet-50-kinetics.pth"], model);

        Assert.That(() => WeightsSearch.Find(_folder["resnet-50-kinetics.pth"], []), Throws.TypeOf<WeightsFormatException>().With.Message.EqualTo(
            $"{_folder["resnet-50-kinetics.pth"]}: not the published resnet-50-kinetics.pth: by its keys and shapes it is of resnet18 with 400 "
            + "classes, not of resnet3d50. Rename it, if it is meant to be another one, so that it is not taken for it."));
    }

    [Test]
    public void Find_KnownFileOfItsNetwork_KnowsIt()
    {
        using ResNet3D model = ActionModels.ResNet3D18(TestModels.Classes(400), options: new() { Shortcut = ShortcutType.A, Seed = 1 });
        ModelCheckpoint.Save(_folder["resnet-18-kinetics.pth"], model);

        Assert.That(WeightsSearch.Find(_folder["resnet-18-kinetics.pth"], []).Known!.Architecture, Is.EqualTo(model.Architecture));
    }

    [Test]
    public void Find_KnownFileWithoutClassifier_IsRefused()
    {
        Write("resnet-18-kinetics.pth", name: "conv1.weight");

        Assert.That(() => WeightsSearch.Find(_folder["resnet-18-kinetics.pth"], []), Throws.TypeOf<WeightsFormatException>().With.Message.StartsWith(
            $"{_folder["resnet-18-kinetics.pth"]}: not the published resnet-18-kinetics.pth: it has no classifier (fc.weight); the published one "
            + "has 400 classes. Rename it, "));
    }

    [Test]
    public void FindOrDownload_FileOfThisMachine_IsFound()
    {
        Write("mine.safetensors");

        Assert.That(PretrainedWeights.FindOrDownload(_folder["mine.safetensors"]).Path, Is.EqualTo(_folder["mine.safetensors"]));
    }

    [Test]
    public void FindOrDownload_WhatTheCatalogueHasNot_IsNotDownloaded() => Assert.That(
        () => PretrainedWeights.FindOrDownload(_folder["resnet50.pth"]),
        Throws.TypeOf<WeightsUnavailableException>().With.Message.StartsWith($"{_folder["resnet50.pth"]}: neither a file, nor one in "));

    [Test]
    public void Identity_TheRightFile_Passes()
    {
        File.WriteAllText(_folder["w"], "right");
        string hash = Convert.ToHexStringLower(SHA256.HashData("right"u8));
        KnownWeights known = KnownWeights.Find("resnet50")! with { Bytes = 5, Sha256 = hash };

        Assert.That(() => WeightsIdentity.Check(_folder["w"], known), Throws.Nothing);
        Assert.That(() => WeightsIdentity.Check(_folder["w"], known with { Bytes = null, Sha256 = hash[..8] }), Throws.Nothing);
        Assert.That(() => WeightsIdentity.Check(_folder["w"], known with { Sha256 = new string('0', 64) }), Throws.TypeOf<WeightsFormatException>());
    }

    [Test]
    public void Folders_FollowPyTorchsRules()
    {
        Assert.That(Paths([]), Is.EqualTo(new[] { Join("home", ".cache", "torch", "hub", "checkpoints") }));
        Assert.That(Paths(new() { ["XDG_CACHE_HOME"] = "~/cache" }), Is.EqualTo(new[] { Join("home/cache", "torch", "hub", "checkpoints") }));
        Assert.That(
            Paths(new() { ["XDG_CACHE_HOME"] = "cache", ["TORCH_HOME"] = "~/t", ["UCF_WEIGHTS_DIR"] = "own" }),
            Is.EqualTo(new[] { "own", Join("home/t", "hub", "checkpoints") }));
        Assert.That(
            Paths(new() { ["XDG_CACHE_HOME"] = "", ["TORCH_HOME"] = "", ["UCF_WEIGHTS_DIR"] = "" }),
            Is.EqualTo(new[] { Join("home", ".cache", "torch", "hub", "checkpoints") }));
        Assert.That(WeightsFolders.All(_ => null, home: ""), Is.Empty);
    }

    private static string Join(params string[] parts) => Path.Combine(parts);

    private static string[] Paths(Dictionary<string, string> variables) =>
        [.. WeightsFolders.All(variables.GetValueOrDefault, home: "home").Select(folder => folder.Path)];

    private WeightsFolder[] Folders => [new(_folder["own"], WeightsFolders.Variable), new(_folder["torch"], "PyTorch's cache")];

    private void Write(string file, int classes = 400, string name = "fc.weight")
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[file])!);
        using torch.Tensor classifier = torch.zeros(classes, 2);
        SafetensorsFile.Write(_folder[file], new Dictionary<string, torch.Tensor> { [name] = classifier }, new Dictionary<string, string>());
    }
}
