namespace UcfActionRecognition.PackageTests;

/// <summary>The documents' C# in a user's project: all blocks compile on the packages, and README's program runs.</summary>
public sealed class ExampleTests
{
    private static UserProject _project = null!;
    private static (int ExitCode, string Output) _build;

    [OneTimeSetUp]
    public static void BuildAllBlocks()
    {
        _project = new UserProject(
        [
            .. Packages.Names.Select(name => (name, Packages.Version)),
            ($"libtorch-cpu-{NativeRuntime.Platform}", NativeRuntime.LibTorchVersion),
        ]);
        int number = 0;
        foreach (MarkdownSnippet snippet in MarkdownSnippet.All.Where(snippet => !snippet.IsProgram))
        {
            string name = $"Snippet{++number}";
            _project.Write($"{name}.cs", snippet.ToMethod(name));
        }

        _project.Write("Program.cs", MarkdownSnippet.All.Single(snippet => snippet.IsProgram).Code);
        _build = _project.Build();
    }

    [OneTimeTearDown]
    public static void Delete() => _project.Dispose();

    [Test]
    public void Build_AllBlocksOfTheDocuments_Succeeds()
    {
        Assert.That(_build.ExitCode, Is.Zero, _build.Output);
        Assert.That(_build.Output, Does.Contain("0 Warning(s)"));
        Assert.That(MarkdownSnippet.All.Select(snippet => snippet.File), Is.SupersetOf(new[] { "README.md", "docs/scale.md", "docs/weights.md" }));
    }

    [Test]
    public void Run_ReadmesProgram_TrainsEvaluatesPredictsAndReports()
    {
        (int exitCode, string output) = _project.Run();

        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output.Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(4));
        Assert.That(output, Does.Match(
            @"^single frames: \d+\.\d % \(\d+ of 56\)\nCircleAppear/v_CircleAppear_g01_c01 shows \w+\nclips: \d+\.\d % \(\d+ of 56\)\nCircleAppear/v_CircleAppear_g01_c01 shows \w+\n$"));
        Assert.That(File.ReadAllBytes(_project["report.pdf"]).AsSpan(0, 5).ToArray(), Is.EqualTo("%PDF-"u8.ToArray()));
        Assert.That(MarkdownSnippet.All.Single(snippet => snippet.IsProgram).File, Is.EqualTo("README.md"));
    }
}
