namespace UcfActionRecognition.Tests;

public sealed class LoadedLibrariesTests
{
    private static readonly string[] Maps =
    [
        "7f0000000000-7f0000001000 r--p 00000000 fe:00 41                         /usr/lib/libstdc++.so.60",
        "7f0000001000-7f0000002000 rw-p 00000000 00:00 0 ",
        "7f0000002000-7f0000003000 r-xp 00001000 fe:00 42                         /opt/my libraries/libstdc++.so.6.0.30",
        "7f0000003000-7f0000004000 r--p 00000000 fe:00 43                         /usr/lib/x86_64-linux-gnu/libc.so.6",
        "7ffd00000000-7ffd00001000 rw-p 00000000 00:00 0                          [stack]",
    ];

    [TestCase("libstdc++.so.6", "/opt/my libraries/libstdc++.so.6.0.30")]
    [TestCase("libc.so.6", "/usr/lib/x86_64-linux-gnu/libc.so.6")]
    [TestCase("libm.so.6", null)]
    public void PathOf_Library_IsTheFileMappedUnderItsName(string library, string? expected) =>
        Assert.That(LoadedLibraries.PathOf(library, Maps), Is.EqualTo(expected));

    [Test]
    [Platform("Linux")]
    public void VersionsOf_ThisProcess_HoldsWhatDotNetItselfNeeds()
    {
        Assert.That(LoadedLibraries.VersionsOf("libstdc++.so.6"), Does.Contain("GLIBCXX_3.4").And.Contain("CXXABI_1.3"));
        Assert.That(LoadedLibraries.VersionsOf("libc.so.6"), Does.Contain("GLIBC_2.2.5").Or.Contain("GLIBC_2.17"));
        Assert.That(LoadedLibraries.VersionsOf("libucf-nowhere.so.6"), Is.Null);
    }
}
