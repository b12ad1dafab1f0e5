using System.Globalization;
using System.Runtime.InteropServices;

namespace UcfActionRecognition.Tests;

[Platform("Linux")]
[NonParallelizable] // It loads libraries that are none.
public sealed class TorchLibraryLoaderTests
{
    private const string Shim = "libLibTorchSharp.so";
    private const string Libtorch = "libtorch_cpu.so";

    [Test]
    public void Load_NoTorchSharpLibrary_SaysWhereItLookedAndWhichPackageHasIt()
    {
        using var folder = new TemporaryFolder();

        Assert.That(() => TorchLibraryLoader.Load([folder.Path]), Throws.TypeOf<ActionRecognitionException>().With.Message.EqualTo(
            $"TorchSharp's native library ({Shim}) is in none of the folders '{folder.Path}'. It comes with the package TorchSharp "
            + $"{TorchPackages.TorchSharpVersion}; look whether the program was copied without its folder 'runtimes'."));
    }

    [Test]
    public void Load_NoLibtorch_NamesThePackageToAdd()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder[Shim], new ElfBuilder().Build());

        Assert.That(() => TorchLibraryLoader.Load([folder.Path]), Throws.TypeOf<ActionRecognitionException>().With.Message.EqualTo(
            $"libtorch ({Libtorch}) is in none of the folders '{folder.Path}'. {TorchPackages.Advice}"));
    }

    [TestCase((byte)2, (ushort)183, "64-bit Arm")]
    [TestCase((byte)1, (ushort)3, "32-bit x86")]
    [TestCase((byte)2, (ushort)243, "64-bit processor 243")]
    public void Load_LibraryForAnotherProcessor_NamesBoth(byte bits, ushort machine, string found)
    {
        RequireX64();
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder[Shim], new ElfBuilder().Build());
        File.WriteAllBytes(folder[Libtorch], new ElfBuilder { Class = bits, Machine = machine }.Build());

        Assert.That(() => TorchLibraryLoader.Load([folder.Path]), Throws.TypeOf<ActionRecognitionException>()
            .With.Message.StartWith($"'{folder[Libtorch]}' is made for {found}, and this process needs 64-bit x86-64. "));
    }

    [Test]
    public void Load_LibraryOfAnotherSystem_SaysSo()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder[Shim], "MZ");
        File.WriteAllText(folder[Libtorch], "");

        Assert.That(() => TorchLibraryLoader.Load([folder.Path]), Throws.TypeOf<ActionRecognitionException>()
            .With.Message.StartWith($"'{folder[Shim]}' is made for no Linux at all (it is no ELF file), "));
    }

    [Test]
    public void Load_LibtorchIncomplete_GivesTheLoadersOwnText()
    {
        RequireX64();
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder[Shim], new ElfBuilder().Build());
        File.WriteAllBytes(folder[Libtorch], new ElfBuilder().Build());

        Assert.That(() => TorchLibraryLoader.Load([folder.Path]), Throws.TypeOf<ActionRecognitionException>()
            .With.Message.StartWith($"'{folder["libc10.so"]}' could not be loaded.").And.Message.Contains("No such file"));
    }

    [Test]
    public void Load_ShimNeedsAVersionThatTheSystemLacks_NamesFileAndVersion()
    {
        RequireX64();
        using var folder = new TemporaryFolder();
        WriteEmptyLibtorch(folder);
        File.WriteAllBytes(folder[Shim], new ElfBuilder().Needs("libstdc++.so.6", "GLIBCXX_9.9.9", 2).Symbol("future", 2).Build());
        byte[] before = File.ReadAllBytes(folder[Shim]);

        Assert.That(() => TorchLibraryLoader.Load([folder.Path]), Throws.TypeOf<ActionRecognitionException>()
            .With.Message.Match(@"^'.*libLibTorchSharp\.so' cannot be loaded on this system\. It needs GLIBCXX_9\.9\.9 of libstdc\+\+\.so\.6, "
                + @"and this system's goes up to GLIBCXX_3\.4\.\d+\. It uses future of that version\. Use a newer one: "));
        Assert.That(File.ReadAllBytes(folder[Shim]), Is.EqualTo(before));
    }

    [Test]
    public void Load_ShimAndLibtorchInTwoFolders_FindsBoth()
    {
        RequireX64();
        using var first = new TemporaryFolder();
        using var second = new TemporaryFolder();
        File.WriteAllBytes(first[Shim], new ElfBuilder().Build());
        WriteEmptyLibtorch(second);

        nint handle = TorchLibraryLoader.Load([first.Path, second.Path]);

        Assert.That(handle, Is.Not.Zero);
        NativeLibrary.Free(handle);
    }

    [TestCase("linux-x64", "libtorch-cpu-linux-x64 --version {0} (or, for an NVIDIA GPU: dotnet add package TorchSharp-cuda-linux --version {1})")]
    [TestCase("win-x64", "libtorch-cpu-win-x64 --version {0} (or, for an NVIDIA GPU: dotnet add package TorchSharp-cuda-windows --version {1})")]
    [TestCase("osx-arm64", "libtorch-cpu-osx-arm64 --version {0}")]
    public void AdviceFor_PlatformWithPackages_IsTheCommandThatAddsOne(string platform, string expected) =>
        Assert.That(TorchPackages.AdviceFor(platform), Does.EndWith("dotnet add package "
            + string.Format(CultureInfo.InvariantCulture, expected, TorchPackages.LibTorchVersion, TorchPackages.TorchSharpVersion)));

    [Test]
    public void AdviceFor_PlatformWithoutPackages_SaysWhereItRuns() =>
        Assert.That(TorchPackages.AdviceFor("linux-arm64"), Is.EqualTo(
            $"TorchSharp {TorchPackages.TorchSharpVersion} has no libtorch package for linux-arm64; it runs on linux-x64, win-x64, osx-arm64."));

    private static void WriteEmptyLibtorch(TemporaryFolder folder)
    {
        foreach (string library in (string[])["libc10.so", Libtorch, "libtorch.so"])
        {
            File.WriteAllBytes(folder[library], new ElfBuilder().Build());
        }
    }

    private static void RequireX64()
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            Assert.Ignore("Needs a 64-bit x86-64 process: the libraries it writes are for that one.");
        }
    }
}
