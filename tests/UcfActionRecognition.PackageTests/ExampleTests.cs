namespace UcfActionRecognition.PackageTests;

/// <summary>The documents' C# in a user's project: all blocks compile on the packages, and whole programs run.</summary>
public sealed class ExampleTests
{
    private const string Readme = "README.md";

    private static readonly MarkdownSnippet[] Programs = [.. MarkdownSnippet.All.Where(snippet => snippet.IsProgram)];

    private static UserProject _project = null!;

    [OneTimeSetUp]
    public static void WriteProject()
    {
        _project = new UserProject(
        [
            .. Packages.Names.Select(name => (name, Packages.Version)),
            ($"libtorch-cpu-{NativeRuntime.Platform}", NativeRuntime.LibTorchVersion),
        ]);
        int number = 0;
        foreach (MarkdownSnippet snippet in MarkdownSnippet.All.Except(Programs))
        {
            string name = $"Snippet{++number}";
            _project.Write($"{name}.cs", snippet.ToMethod(name));
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

    // One project for all, so that libtorch is copied once; the blocks that are no programs are compiled with each.
    private static string BuildAndRun(MarkdownSnippet program)
    {
        _project.Write("Program.cs", program.ToProgram());
        (int exitCode, string output) = _project.Build();
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Does.Contain("0 Warning(s)"));

        (exitCode, output) = _project.Run();
        Assert.That(exitCode, Is.Zero, output);
        return output;
    }
}
