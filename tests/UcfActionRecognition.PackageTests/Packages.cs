using System.Globalization;
using System.IO.Compression;
using System.Reflection;

namespace UcfActionRecognition.PackageTests;

/// <summary>The packages of this repository, packed once for all tests into a folder of their own.</summary>
[SetUpFixture]
public sealed class Packages
{
    private static TemporaryFolder _folder = null!;

    /// <summary>The packages' names.</summary>
    public static string[] Names { get; } = ["UcfActionRecognition", "UcfActionRecognition.Mpi", "UcfActionRecognition.Reporting"];

    /// <summary>Their version, which is in no other feed or cache.</summary>
    public static string Version { get; } = string.Create(CultureInfo.InvariantCulture, $"0.1.0-test.{DateTime.UtcNow.Ticks}");

    /// <summary>The configuration that the tests and the packages were built in.</summary>
    public static string Configuration { get; } =
        typeof(Packages).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    /// <summary>The folder of the packages, which serves as a package source.</summary>
    public static string Feed => _folder["feed"];

    /// <summary>The machine's own package folder, from which the tests' projects take what it has.</summary>
    public static string MachineFolder { get; private set; } = null!;

    /// <summary>Opens a package.</summary>
    /// <param name="name">The package's name.</param>
    /// <param name="extension">Of its file: <c>nupkg</c> or <c>snupkg</c>.</param>
    public static ZipArchive Open(string name, string extension = "nupkg") => ZipFile.OpenRead(Path.Combine(Feed, $"{name}.{Version}.{extension}"));

    /// <summary>Reads a file of a package.</summary>
    public static byte[] Read(string name, string file, string extension = "nupkg")
    {
        using ZipArchive package = Open(name, extension);
        using Stream content = package.GetEntry(file)!.Open();
        using var copy = new MemoryStream();
        content.CopyTo(copy);
        return copy.ToArray();
    }

    [OneTimeSetUp]
    public static void Pack()
    {
        _folder = new TemporaryFolder();
        // As NUGET_PACKAGES or the machine's configuration has it: "global-packages: /home/me/.nuget/packages/".
        MachineFolder = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set
            ? set
            : Dotnet.Succeed(Repository.Root, "nuget", "locals", "global-packages", "--list").Split(": ", 2)[1].Trim();
        Dotnet.Succeed(Repository.Root, "pack", "-c", Configuration, "--no-build", "-o", Feed, $"-p:PackageVersion={Version}", "-nodeReuse:false");
    }

    [OneTimeTearDown]
    public static void Delete() => _folder.Dispose();
}
