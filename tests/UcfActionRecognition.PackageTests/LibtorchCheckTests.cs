namespace UcfActionRecognition.PackageTests;

/// <summary>What a program gets that references no libtorch package: at build, and where it gets past that, when it runs.</summary>
public sealed class LibtorchCheckTests
{
    private const string Targets = "buildTransitive/UcfActionRecognition.targets";

    [TestCase("linux-x64", "libtorch-cpu-linux-x64/2.10.0")]
    [TestCase("win-x64", "libtorch-cpu-win-x64/2.10.0")]
    [TestCase("osx-arm64", "libtorch-cpu-osx-arm64/2.10.0")]
    [TestCase("linux-x64", "TorchSharp-cpu/0.107.0")]
    [TestCase("linux-x64", "TorchSharp-cuda-linux/0.107.0")]
    [TestCase("win-x64", "TorchSharp-cuda-windows/0.107.0")]
    [TestCase("linux-x64", "libtorch-cuda-12.8-linux-x64/2.10.0")]
    [TestCase("linux-x64", "libtorch-cpu/2.10.0")]
    [TestCase("", "libtorch-cpu-osx-arm64/2.10.0")]
    public void Check_ALibtorchPackageThatServes_Passes(string platform, string package)
    {
        (int exitCode, string output) = Check(package, $"-p:RuntimeIdentifier={platform}");
        Assert.That(exitCode, Is.Zero, output);
    }

    [TestCase("linux-x64", "linux")]
    [TestCase("win-x64", "windows")]
    [TestCase("osx-arm64", null)]
    public void Check_NoLibtorchPackage_NamesThePackageOfThePlatform(string platform, string? cuda)
    {
        string orCuda = cuda is null ? "" : $" (or, for an NVIDIA GPU: dotnet add package TorchSharp-cuda-{cuda} --version {NativeRuntime.TorchSharpVersion})";
        AssertError(Check("TorchSharp/0.107.0", $"-p:RuntimeIdentifier={platform}"),
            $"and references no libtorch package for {platform}. Add one: {CommandFor(platform)}{orCuda}. If the program");
    }

    [TestCase("linux-x64", "libtorch-cpu-win-x64/2.10.0")]
    [TestCase("win-x64", "TorchSharp-cuda-linux/0.107.0")]
    public void Check_ALibtorchPackageOfAnotherPlatform_NamesTheRightOne(string platform, string package) =>
        AssertError(Check(package, $"-p:RuntimeIdentifier={platform}"), "Add one: " + CommandFor(platform));

    [TestCase("TorchSharp/0.107.0")]
    [TestCase("libtorch-cpu-linux-x64/2.10.0")]
    public void Check_PlatformWithoutLibtorch_SaysWhereItExists(string package) =>
        AssertError(Check(package, "-p:RuntimeIdentifier=linux-arm64"),
            $"there is no libtorch package for linux-arm64: TorchSharp {NativeRuntime.TorchSharpVersion} has packages for linux-x64, win-x64 and osx-arm64.");

    [TestCase("-p:OutputType=Library")]
    [TestCase("-p:UcfActionRecognitionCheckLibtorch=false")]
    [TestCase("-p:DesignTimeBuild=true")]
    public void Check_NoProgramOrSwitchedOff_Passes(string property)
    {
        (int exitCode, string output) = Check("TorchSharp/0.107.0", property);
        Assert.That(exitCode, Is.Zero, output);
    }

    // Through Reporting alone: the check has to come along.
    [Test]
    public void BuildAndRun_ReadmesProgramWithoutLibtorch_NamesThePackageBothTimes()
    {
        using var project = new UserProject(("UcfActionRecognition.Reporting", Packages.Version));
        project.Write("Program.cs", MarkdownSnippet.All.Single(snippet => snippet is { IsProgram: true, File: "README.md" }).Code);
        string command = CommandFor(NativeRuntime.Platform);

        AssertError(project.Build(), "Add one: " + command);

        Assert.That(project.Build("--no-restore", "-p:OutputType=Library").Output, Does.Not.Contain("UCF0003"));
        (int exitCode, string output) = project.Build("--no-restore", "-p:UcfActionRecognitionCheckLibtorch=false");
        Assert.That(exitCode, Is.Zero, output);

        // TorchSharp searches the machine's package folder by itself; it must not find libtorch there.
        (exitCode, output) = project.Run(("NUGET_PACKAGES", project["packages"]));
        Assert.That(exitCode, Is.Not.Zero);
        Assert.That(output, Does.Contain("Add the native runtime to the program: " + command));
    }

    private static string CommandFor(string platform) => $"dotnet add package libtorch-cpu-{platform} --version {NativeRuntime.LibTorchVersion}";

    private static (int ExitCode, string Output) Check(string package, string property)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["check.targets"], Packages.Read("UcfActionRecognition", Targets));
        File.WriteAllText(folder["project.assets.json"], $$"""{ "libraries": { "{{package}}": {} } }""");
        File.WriteAllText(folder["check.proj"], """
            <Project DefaultTargets="PrepareForBuild">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <NETCoreSdkPortableRuntimeIdentifier>linux-x64</NETCoreSdkPortableRuntimeIdentifier>
                <ProjectAssetsFile>$(MSBuildProjectDirectory)/project.assets.json</ProjectAssetsFile>
              </PropertyGroup>
              <Import Project="check.targets" />
              <Target Name="PrepareForBuild" />
            </Project>
            """);
        return Dotnet.Run(folder.Path, "msbuild", "check.proj", "-nologo", "-nodeReuse:false", property);
    }

    private static void AssertError((int ExitCode, string Output) build, string expected)
    {
        Assert.That(build.ExitCode, Is.Not.Zero, build.Output);
        Assert.That(build.Output, Does.Contain("error UCF0003: This program uses UcfActionRecognition").And.Contain(expected));
    }
}
