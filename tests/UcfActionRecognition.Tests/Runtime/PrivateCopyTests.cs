using System.Runtime.InteropServices;

namespace UcfActionRecognition.Tests;

[Platform("Linux")]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class PrivateCopyTests
{
    // Needs a version that no libstdc++ has: the loader takes the library only when that need is weak.
    private static ElfFile LibraryOfTheFuture() => ElfFile.Parse(
        new ElfBuilder { Machine = (ushort)(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 183 : 62) }
            .Needs("libstdc++.so.6", "GLIBCXX_9.9.9", 2).Symbol("marker", 2).Build(),
        "future.so");

    [Test]
    public void Load_NeedMarkedWeak_LoadsAndLeavesNothing()
    {
        using var folder = new TemporaryFolder();
        var file = LibraryOfTheFuture();

        nint handle = PrivateCopy.Load(file.WithWeak(file.VersionNeeds[0]), "future.so", [folder.Path]);

        Assert.That(handle, Is.Not.Zero);
        Assert.That(Directory.EnumerateFileSystemEntries(folder.Path), Is.Empty);
        Assert.That(File.ReadAllText("/proc/self/maps"), Does.Contain($"{folder.Path}/.ucf-torch-"));
        NativeLibrary.Free(handle);
    }

    [Test]
    public void Load_FirstFolderUnusable_TakesTheSecond()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a file"], "");
        var file = LibraryOfTheFuture();

        nint handle = PrivateCopy.Load(file.WithWeak(file.VersionNeeds[0]), "future.so", [folder["a file"], folder.Path]);

        Assert.That(handle, Is.Not.Zero);
        Assert.That(folder.Files(), Is.EqualTo(new[] { "a file" }));
        NativeLibrary.Free(handle);
    }

    [Test]
    public void Load_LoaderRefusesInEveryFolder_SaysWhereAndWhyAndLeavesNothing()
    {
        using var folder = new TemporaryFolder();
        byte[] unchanged = new byte[64];

        var error = Assert.Throws<ActionRecognitionException>(() => PrivateCopy.Load(unchanged, "future.so", [folder.Path]))!;

        Assert.That(error.Message, Does.StartWith($"A private copy of future.so could not be loaded from '{folder.Path}'. "
            + "Set TMPDIR to a folder that this user can write to and that is not mounted noexec. "));
        Assert.That(error.Message, Does.Contain("invalid ELF header"));
        Assert.That(Directory.EnumerateFileSystemEntries(folder.Path), Is.Empty);
    }

    [Test]
    public void PlainLoad_OfTheSameLibrary_IsRefusedForTheVersion()
    {
        using var folder = new TemporaryFolder();
        var file = LibraryOfTheFuture();
        byte[] original = file.WithWeak(file.VersionNeeds[0]);
        original[file.VersionNeeds[0].FlagsOffset] = 0;

        var error = Assert.Throws<ActionRecognitionException>(() => PrivateCopy.Load(original, "future.so", [folder.Path]))!;

        Assert.That(error.Message, Does.Contain("version `GLIBCXX_9.9.9' not found"));
    }
}
