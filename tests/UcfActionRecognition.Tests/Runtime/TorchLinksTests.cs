namespace UcfActionRecognition.Tests;

/// <summary>The links to the native runtime that Directory.Build.targets puts into output folders.</summary>
public sealed class TorchLinksTests
{
    private static readonly string Native = Path.Combine("runtimes", NativeFolders.Platform, "native");

    [Test]
    public void Output_OfThisTestProject_HoldsLinksToThePackages()
    {
        RequireSymbolicLinks();

        foreach (string file in TorchFilesIn(AppContext.BaseDirectory))
        {
            Assert.That(new FileInfo(file).LinkTarget, Is.Not.Null, file);
            Assert.That(File.ResolveLinkTarget(file, returnFinalTarget: true)!.Exists, Is.True, file);
        }
    }

    [Test]
    public void Build_RealFileAndStaleLinkInTheOutput_BecomeLinksAndTheLinksTargetIsUntouched()
    {
        RequireSymbolicLinks();
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["cache-torch"], "torch");
        File.WriteAllText(folder["cache-other"], "other");
        File.WriteAllText(folder["older-torch"], "an older version");
        WriteMinimalProject(folder);
        Directory.CreateDirectory(folder["out"]);
        File.WriteAllText(folder["out/cache-torch"], "a copy");
        File.CreateSymbolicLink(folder["out/second-torch"], folder["older-torch"]);
        File.WriteAllText(folder["second-torch"], "second");

        Run("msbuild", folder["minimal.proj"]);

        Assert.That(new FileInfo(folder["out/cache-torch"]).LinkTarget, Is.EqualTo(folder["cache-torch"]));
        Assert.That(new FileInfo(folder["out/second-torch"]).LinkTarget, Is.EqualTo(folder["second-torch"]));
        Assert.That(File.ReadAllText(folder["older-torch"]), Is.EqualTo("an older version"));
        Assert.That(File.ReadAllLines(folder["left-to-the-sdk"]), Is.EqualTo(new[] { folder["cache-other"] }));
        Assert.That(File.Exists(folder["out/cache-other"]), Is.False);
    }

    [Test]
    public void BuildPublishClean_RealProgram_LinksThenCopiesThenLeavesThePackagesAlone()
    {
        RequireSymbolicLinks();
        using var folder = new TemporaryFolder();
        WriteProgram(folder);
        Run("build", folder["program.csproj"], "-o", folder["built"]);
        string link = TorchFilesIn(folder["built"]).Single(file => file.Contains(Native, StringComparison.Ordinal));
        string package = File.ResolveLinkTarget(link, returnFinalTarget: true)!.FullName;
        byte[] content = File.ReadAllBytes(package);

        Run("build", folder["program.csproj"], "-o", folder["built"]);
        Assert.That(new FileInfo(link).LinkTarget, Is.EqualTo(package), "a second build");

        // Publish builds first, into the same place.
        Run("publish", folder["program.csproj"], "-o", folder["published"]);
        var published = TorchFilesIn(folder["published"]);
        Assert.That(published.Select(file => new FileInfo(file).LinkTarget), Is.All.Null);
        Assert.That(File.ReadAllBytes(published.Single(file => file.Contains(Native, StringComparison.Ordinal))), Is.EqualTo(content));

        // Switched off, a build replaces the link; it must not write through it.
        Run("build", folder["program.csproj"], "-o", folder["built"], "-p:LinkNativeFiles=false");
        Assert.That(new FileInfo(link).LinkTarget, Is.Null);
        Run("build", folder["program.csproj"], "-o", folder["built"]);
        Assert.That(new FileInfo(link).LinkTarget, Is.EqualTo(package), "a build after copies");

        Run("clean", folder["program.csproj"], "-o", folder["built"]);
        Assert.That(Path.Exists(link), Is.False);
        Assert.That(File.ReadAllBytes(package), Is.EqualTo(content));
    }

    private static string[] TorchFilesIn(string folder)
    {
        string[] files = [.. Directory.EnumerateFiles(Path.Combine(folder, "runtimes"), "*", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file).Contains("torch", StringComparison.OrdinalIgnoreCase))];
        Assert.That(files, Is.Not.Empty);
        return files;
    }

    // Only what the target looks at: two native files and a managed one.
    private static void WriteMinimalProject(TemporaryFolder folder) => File.WriteAllText(folder["minimal.proj"], $"""
        <Project DefaultTargets="CopyFilesToOutputDirectory">
          <PropertyGroup><OutDir>out/</OutDir><TorchBackend>cpu</TorchBackend></PropertyGroup>
          <ItemGroup>
            <ReferenceCopyLocalPaths Include="$(MSBuildProjectDirectory)/cache-torch" AssetType="native" NuGetPackageId="libtorch-cpu-any" />
            <ReferenceCopyLocalPaths Include="$(MSBuildProjectDirectory)/second-torch" AssetType="native" NuGetPackageId="TorchSharp" />
            <ReferenceCopyLocalPaths Include="$(MSBuildProjectDirectory)/cache-other" AssetType="runtime" NuGetPackageId="Other" />
          </ItemGroup>
          <Import Project="{Repository.Root}/Directory.Build.targets" />
          <Target Name="_CopyFilesMarkedCopyLocal"><WriteLinesToFile File="left-to-the-sdk" Lines="@(ReferenceCopyLocalPaths)" /></Target>
          <Target Name="CopyFilesToOutputDirectory" DependsOnTargets="_CopyFilesMarkedCopyLocal" />
        </Project>
        """);

    // TorchSharp alone: its own native library goes the same way as libtorch, without the 500 MB that publish would copy.
    private static void WriteProgram(TemporaryFolder folder)
    {
        File.WriteAllText(folder["program.cs"], "System.Console.WriteLine();");
        foreach (string file in (string[])["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"])
        {
            File.WriteAllText(folder[file], $"""<Project><Import Project="{Repository.Root}/{file}" /></Project>""");
        }

        File.WriteAllText(folder["program.csproj"], """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><OutputType>Exe</OutputType><EnableDefaultItems>false</EnableDefaultItems></PropertyGroup>
              <ItemGroup><Compile Include="program.cs" /><PackageReference Include="TorchSharp" /></ItemGroup>
            </Project>
            """);
    }

    private static void Run(params string[] arguments)
    {
        var (exitCode, output) = FreshProcess.RunDotnet([.. arguments, "-nologo", "-nodeReuse:false"]);
        Assert.That(exitCode, Is.Zero, output);
    }

    private static void RequireSymbolicLinks()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("Needs symbolic links: Windows gets hard links, which look like any other file.");
        }

        using var folder = new TemporaryFolder();
        try
        {
            File.CreateSymbolicLink(folder["link"], folder.Path);
        }
        catch (IOException error)
        {
            Assert.Ignore($"Needs symbolic links, which this file system refuses: {error.Message}");
        }
    }
}
