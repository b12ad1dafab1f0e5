namespace UcfActionRecognition.PackageTests;

/// <summary>The documents' C# in a user's project: all blocks compile on the packages, whole programs run, and so do the blocks that need no published weights.</summary>
public sealed class ExampleTests
{
    private const string Readme = "README.md";

    private static readonly MarkdownSnippet[] Programs = [.. MarkdownSnippet.All.Where(snippet => snippet.IsProgram)];

    private static readonly MarkdownSnippet[] Blocks = [.. MarkdownSnippet.All.Except(Programs)];

    // They need the published weights of ImageNet or Kinetics, which are told by their hashes.
    private static readonly string[] CompiledOnly = ["docs_from_python_1", "docs_getting_started_2", "src_UcfActionRecognition_README_1"];

    // Calls every other block, on data as a reader would have it.
    private const string Caller = """
        using System.Diagnostics;
        using TorchSharp;
        using UcfActionRecognition;

        string[] names = ["RingStill", "SquareGrow"];
        SyntheticActions.Create("blocks", new SyntheticActionsOptions { FrameSize = FrameSize.Square(24), MinFrames = 16, MaxFrames = 18 });
        ActionDataset data = Ucf101.Load("blocks", 1, new Ucf101Options { Classes = names });
        using IVideoClipSource source = Ucf101.OpenSource("blocks");
        using ResNet2D model = ActionModels.ResNet18(names, options: new ResNet2DOptions { Size = 32, Scope = FineTuneScope.All });
        using var loader = new ClipLoader(
            data.Train, source, new RandomClip(1), AugmentationPipeline.Create().Resize(model.Input.Size), new ClipLoaderOptions { BatchSize = 18 });

        if (Environment.GetEnvironmentVariable("OTHER_MPI_BLOCK") is not null)
        {
            src_UcfActionRecognition_Mpi_README_1.Run(model, loader);   // MPI starts once in a process
            return;
        }

        docs_data_flow_1.Run(data, source);
        docs_in_an_application_1.Run(model, loader, data, source, CancellationToken.None);
        docs_scale_1.Run(model, loader);

        foreach (string run in new[] { "frames", "clips" })
        {
            var folder = new EvaluatorOptions { PredictionsFolder = $"output/{run}/predictions" };
            ResNetOptions options = run == "frames" ? new ResNet2DOptions { Size = 32 } : new ResNet3DOptions { Size = 32 };
            using ResNet trained = options is ResNet3DOptions clips
                ? ActionModels.ResNet3D(10, names, options: clips)
                : ActionModels.ResNet2D(18, names, options: (ResNet2DOptions)options);
            using var training = new ClipLoader(
                data.Train, source, new RandomClip(trained.Input.ClipLength), AugmentationPipeline.Create().Resize(32), new ClipLoaderOptions { BatchSize = 18 });
            new Trainer(new TrainerOptions { Epochs = 1, OutputFolder = $"output/{run}" }).Fit(trained, training);
            new Evaluator(folder).Evaluate(trained, data.Test, source);
        }

        src_UcfActionRecognition_Reporting_README_1.Run(data);
        Console.WriteLine(new FileInfo("report.pdf").Length > 10_000);

        File.Copy("output/frames/checkpoint-last.safetensors", "output/checkpoint-last.safetensors", overwrite: true);
        Film("holiday.mp4");
        docs_getting_started_1.Run();
        foreach (string name in new[] { "wave", "clap" })
        {
            Directory.CreateDirectory($"folder/{name}");
            Film($"folder/{name}/1.mp4");
            Film($"folder/{name}/2.mp4");
        }

        docs_custom_data_1.Run("folder");
        Console.WriteLine(docs_custom_data_2.Run(["wave", "clap"], [("wave/1.mp4", 0, "Ada", false), ("clap/1.mp4", 1, "Bob", true)]).Test.Count);

        // Of the layout of the published file, which has no published hash.
        using (ResNet3D kinetics = ActionModels.ResNet3D(50, [.. Enumerable.Range(0, 400).Select(i => $"{i}")], options: new ResNet3DOptions { Size = 112 }))
        {
            ModelCheckpoint.Save("resnet-50-kinetics.pth", kinetics);
        }

        docs_weights_1.Run(names);

        Console.WriteLine("all blocks ran");

        static void Film(string path)
        {
            using Process ffmpeg = Process.Start("ffmpeg", ["-loglevel", "error", "-f", "lavfi", "-i", "testsrc=size=64x48:rate=25", "-frames:v", "40", path]);
            ffmpeg.WaitForExit();
        }
        """;

    private static UserProject _project = null!;

    [OneTimeSetUp]
    public static void WriteProject()
    {
        _project = new UserProject(
        [
            .. Packages.Names.Select(name => (name, Packages.Version)),
            ($"libtorch-cpu-{NativeRuntime.Platform}", NativeRuntime.LibTorchVersion),
        ]);
        foreach ((string name, MarkdownSnippet block) in NamedBlocks())
        {
            _project.Write($"{name}.cs", block.ToMethod(name));
        }
    }

    [OneTimeTearDown]
    public static void Delete() => _project.Dispose();

    private static IEnumerable<TestCaseData> OtherPrograms() => Programs
        .Where(program => program.File != Readme)
        .Select(program => new TestCaseData(program).SetArgDisplayNames($"{program.File}({program.Line})"));

    [Test]
    public void Snippets_OfAllDocuments_AreFound() => Assert.That(
        MarkdownSnippet.All.Select(snippet => snippet.File), Is.SupersetOf(new[] { Readme, "docs/scale.md", "docs/weights.md", "src/UcfActionRecognition/README.md" }));

    [Test]
    public void Run_ReadmesProgram_TrainsEvaluatesPredictsAndReports()
    {
        string output = BuildAndRun(Programs.Single(program => program.File == Readme));

        Assert.That(output, Does.Match(
            @"^single frames: \d+\.\d % \(\d+ of 56\)\nCircleAppear/v_CircleAppear_g01_c01 shows \w+\nclips: \d+\.\d % \(\d+ of 56\)\nCircleAppear/v_CircleAppear_g01_c01 shows \w+\n$"));
        Assert.That(File.ReadAllBytes(_project["report.pdf"]).AsSpan(0, 5).ToArray(), Is.EqualTo("%PDF-"u8.ToArray()));
    }

    [TestCaseSource(nameof(OtherPrograms))]
    public void Run_ProgramOfADocument_PrintsLinesOfText(object program) =>
        Assert.That(BuildAndRun((MarkdownSnippet)program), Does.Match("^([^\n]+\n)+$"));

    [Test]
    public void Run_BlocksThatTakeWhatAProgramHas_Succeed()
    {
        ExternalProgram.Require("ffmpeg", "ffmpeg", "-version");
        ExternalProgram.Require("an MPI (mpirun)", "mpirun", "--version");
        string[] names = [.. NamedBlocks().Select(block => block.Name)];
        Assert.That(names.Where(name => !Caller.Contains($"{name}.Run(", StringComparison.Ordinal)), Is.EquivalentTo(CompiledOnly));

        (int exitCode, string output) = BuildProgram(Caller);
        Assert.That(exitCode, Is.Zero, output);
        (exitCode, output) = _project.Run(("UCF_WEIGHTS_DIR", _project["."]));
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output.TrimEnd(), Does.EndWith("all blocks ran"), output);
        (exitCode, output) = _project.Run(("OTHER_MPI_BLOCK", "1"));
        Assert.That(exitCode, Is.Zero, output);
    }

    // Blocks by names such as docs_data_flow_1: the document, and which of its blocks.
    private static IEnumerable<(string Name, MarkdownSnippet Block)> NamedBlocks() => Blocks.GroupBy(block => block.File).SelectMany(file =>
        file.Select((block, i) => ($"{Path.ChangeExtension(file.Key, null).Replace('/', '_').Replace('-', '_').Replace('.', '_')}_{i + 1}", block)));

    // One project for all, so that libtorch is copied once; the blocks that are no programs are compiled with each.
    private static string BuildAndRun(MarkdownSnippet program)
    {
        (int exitCode, string output) = BuildProgram(program.ToProgram());
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Does.Contain("0 Warning(s)"));

        (exitCode, output) = _project.Run();
        Assert.That(exitCode, Is.Zero, output);
        return output;
    }

    private static (int ExitCode, string Output) BuildProgram(string text)
    {
        _project.Write("Program.cs", text);
        return _project.Build();
    }
}
