using System.Text.Json;

namespace UcfActionRecognition.Tests;

/// <summary>What Directory.Build.targets makes of TorchBackend, evaluated and not built.</summary>
public sealed class TorchBackendTests
{
    private static readonly string Program =
        Path.Combine(Repository.Root, "tests", "UcfActionRecognition.Tests", "UcfActionRecognition.Tests.csproj");

    [TestCase("cpu", "linux-x64", "libtorch-cpu-linux-x64")]
    [TestCase("cpu", "win-x64", "libtorch-cpu-win-x64")]
    [TestCase("cpu", "osx-arm64", "libtorch-cpu-osx-arm64")]
    [TestCase("cuda-linux", "linux-x64", "TorchSharp-cuda-linux")]
    [TestCase("cuda-windows", "win-x64", "TorchSharp-cuda-windows")]
    public void PackageReference_Backend_IsItsOneRuntime(string backend, string platform, string expected) =>
        Assert.That(TorchPackagesOf($"-p:TorchBackend={backend}", $"-p:TorchCpuRuntime={platform}"), Is.EqualTo(new[] { expected }));

    [Test]
    public void PackageReference_NothingSaid_IsThisMachinesCpuRuntime()
    {
        if (TorchPackages.AdviceFor(NativeFolders.Platform).Contains("no libtorch package", StringComparison.Ordinal))
        {
            Assert.Ignore($"Needs a platform that has a libtorch package; this is {NativeFolders.Platform}.");
        }

        Assert.That(TorchPackagesOf(), Is.EqualTo(new[] { $"libtorch-cpu-{NativeFolders.Platform}" }));
    }

    [Test]
    public void PackageReference_BuiltForAnotherPlatform_IsThatPlatformsRuntime() =>
        Assert.That(TorchPackagesOf("-p:RuntimeIdentifier=win-x64"), Is.EqualTo(new[] { "libtorch-cpu-win-x64" }));

    [Test]
    public void PackageReference_Library_HasNoRuntime() =>
        Assert.That(TorchPackagesIn(Path.Combine(Repository.Root, "src", "UcfActionRecognition", "UcfActionRecognition.csproj")), Is.Empty);

    [TestCase("rocm")]
    [TestCase("CUDA")]
    public void Build_UnknownBackend_IsAnErrorThatNamesTheChoices(string backend) => AssertError(
        $"error UCF0001: TorchBackend is '{backend}'; it has to be cpu, cuda-windows or cuda-linux.", $"-p:TorchBackend={backend}");

    [TestCase("linux-arm64")]
    [TestCase("osx-x64")]
    public void Build_PlatformWithoutLibtorch_IsAnErrorThatNamesThePlatforms(string platform) => AssertError(
        $"error UCF0002: There is no libtorch package for {platform}: libtorch-cpu exists for linux-x64, win-x64 and osx-arm64.",
        "-p:TorchBackend=cpu", $"-p:TorchCpuRuntime={platform}");

    private static string[] TorchPackagesOf(params string[] properties) => TorchPackagesIn(Program, properties);

    private static string[] TorchPackagesIn(string project, params string[] properties)
    {
        var (exitCode, output) = FreshProcess.RunDotnet(["msbuild", project, "-nologo", "-getItem:PackageReference", .. properties]);
        Assert.That(exitCode, Is.Zero, output);
        using var answer = JsonDocument.Parse(output);
        return [.. answer.RootElement.GetProperty("Items").GetProperty("PackageReference").EnumerateArray()
            .Select(item => item.GetProperty("Identity").GetString()!)
            .Where(name => name.StartsWith("libtorch", StringComparison.Ordinal) || name.StartsWith("TorchSharp-", StringComparison.Ordinal))];
    }

    // The target that restore collects packages with: the error has to come before anything is fetched.
    private static void AssertError(string expected, params string[] properties)
    {
        var (exitCode, output) = FreshProcess.RunDotnet(["msbuild", Program, "-nologo", "-t:CollectPackageReferences", .. properties]);
        Assert.That(exitCode, Is.Not.Zero);
        Assert.That(output, Does.Contain(expected));
    }
}
