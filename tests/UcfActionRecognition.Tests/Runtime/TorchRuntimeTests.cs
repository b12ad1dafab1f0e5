using System.Security.Cryptography;
using TorchSharp;

namespace UcfActionRecognition.Tests;

public sealed class TorchRuntimeTests
{
    private static readonly string[] Native =
        [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "runtimes"), "*LibTorchSharp*", SearchOption.AllDirectories)];

    [Test]
    public void Load_InThisProcess_TensorsWork()
    {
        TorchRuntime.Load();
        TorchRuntime.Load();

        using var numbers = torch.arange(5);
        using var sum = numbers.sum();

        Assert.That(sum.ToInt64(), Is.EqualTo(10));
    }

    [TestCase("load")]
    [TestCase("load in parallel")]
    [TestCase("library first")]
    public void Load_InAFreshProcess_WorksAndChangesNoFile(string action)
    {
        using var temporary = new TemporaryFolder();
        using var home = new TemporaryFolder();
        var before = Hashes();
        Assert.That(before, Is.Not.Empty);

        var (exitCode, output) = FreshProcess.RunAction(action, AppContext.BaseDirectory,
            ("TMPDIR", temporary.Path), ("HOME", home.Path), ("DOTNET_EnableDiagnostics", "0"));

        Assert.That((exitCode, output.Trim()), Is.EqualTo((0, "10")));
        Assert.That(Hashes(), Is.EqualTo(before));
        Assert.That(temporary.Files(), Is.Empty);
        Assert.That(Directory.EnumerateFileSystemEntries(home.Path), Is.Empty);
    }

    [TestCase(null, null, "2000")]
    [TestCase("500", null, "500")]
    [TestCase(null, "active", "")]
    [Platform("Linux")]
    public void Load_SetsAShortSpinUnlessTheUserHasSetHowToWait(string? spinCount, string? waitPolicy, string expected)
    {
        var (exitCode, output) = FreshProcess.RunAction("spin count", AppContext.BaseDirectory, ("GOMP_SPINCOUNT", spinCount), ("OMP_WAIT_POLICY", waitPolicy));
        Assert.That((exitCode, output.Trim()), Is.EqualTo((0, $"GOMP_SPINCOUNT={expected}\n10")));
    }

    [Test]
    public void Load_ProgramWithoutNativeLibraries_SaysWhichPackageToAdd()
    {
        using var folder = new TemporaryFolder();
        CopyProgram(folder, file => file.Contains("LibTorchSharp", StringComparison.Ordinal));

        var (exitCode, output) = FreshProcess.RunAction("load", folder.Path);

        Assert.That(exitCode, Is.EqualTo(3));
        Assert.That(output, Does.StartWith("UcfActionRecognition.ActionRecognitionException: libtorch ("));
        Assert.That(output, Does.Contain(TorchPackages.Advice));
    }

    [Test]
    public void Torch_ProgramWithoutNativeLibrariesThatDoesNotCallLoad_CarriesTheSameMessage()
    {
        using var folder = new TemporaryFolder();
        // TorchSharp looks for packages of its own by then; it must not find this machine's.
        using var packages = new TemporaryFolder();
        CopyProgram(folder, file => file.Contains("LibTorchSharp", StringComparison.Ordinal));

        var (exitCode, output) = FreshProcess.RunAction("library first", folder.Path, ("NUGET_PACKAGES", packages.Path));

        Assert.That(exitCode, Is.EqualTo(3));
        Assert.That(output, Does.Contain("---> System.NotSupportedException").And.Contain(TorchPackages.Advice));
    }

    private static string[] Hashes() => [.. Native.Select(file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))))];

    // Without the .deps.json: a program that was copied by hand, found by folder alone.
    private static void CopyProgram(TemporaryFolder folder, Func<string, bool> takeNative)
    {
        foreach (string file in Directory.EnumerateFiles(AppContext.BaseDirectory, "*.*")
            .Where(file => file.EndsWith(".dll", StringComparison.Ordinal) || file.EndsWith(".runtimeconfig.json", StringComparison.Ordinal)))
        {
            File.Copy(file, folder[Path.GetFileName(file)]);
        }

        string native = Path.Combine("runtimes", NativeFolders.Platform, "native");
        Directory.CreateDirectory(folder[native]);
        foreach (string file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, native)).Where(takeNative))
        {
            File.Copy(file, folder[Path.Combine(native, Path.GetFileName(file))]);
        }
    }
}
