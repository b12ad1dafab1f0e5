namespace UcfActionRecognition.Tests;

public sealed class VersionGapTests
{
    private const string Marker = "_ZSt21ios_base_library_initv";

    private static readonly Dictionary<string, IReadOnlySet<string>> Debian12 = new()
    {
        ["libc.so.6"] = new HashSet<string> { "libc.so.6", "GLIBC_2.2.5", "GLIBC_2.34", "GLIBC_2.36", "GLIBC_PRIVATE" },
        ["libstdc++.so.6"] = new HashSet<string> { "libstdc++.so.6", "GLIBCXX_3.4", "GLIBCXX_3.4.9", "GLIBCXX_3.4.30", "CXXABI_1.3.13" },
        ["libm.so.6"] = new HashSet<string>(),
    };

    private static ElfBuilder Shim() => new ElfBuilder()
        .Needs("libc.so.6", "GLIBC_2.34", 2).Needs("libstdc++.so.6", "GLIBCXX_3.4.30", 3).Needs("libstdc++.so.6", "GLIBCXX_3.4.32", 4)
        .Symbol("printf", 2).Relocation();

    private static VersionGap Gap(ElfBuilder file) =>
        new(ElfFile.Parse(file.Build(), "shim.so"), library => Debian12.GetValueOrDefault(library));

    [Test]
    public void HarmlessNeed_OnlyTheUnusedLinkMarkerIsMissing_IsThatNeed() =>
        Assert.That(Gap(Shim().Symbol(Marker, 4)).HarmlessNeed(), Is.EqualTo(
            new { File = "libstdc++.so.6", Version = "GLIBCXX_3.4.32", Index = 4, IsWeak = false }).Using<ElfVersionNeed, object>(
                (need, expected) => new { need.File, need.Version, Index = (int)need.Index, need.IsWeak }.Equals(expected)));

    [Test]
    public void HarmlessNeed_ARelocationUsesTheMarker_IsNone([Values] bool inProcedureTable)
    {
        var gap = Gap(Shim().Symbol(Marker, 4).Relocation(inProcedureTable));

        Assert.That(gap.HarmlessNeed(), Is.Null);
        Assert.That(gap.ToString(), Is.EqualTo("It needs GLIBCXX_3.4.32 of libstdc++.so.6, and this system's goes up to GLIBCXX_3.4.30. "
            + $"It uses {Marker} of that version."));
    }

    [Test]
    public void HarmlessNeed_AnotherSymbolHasTheVersion_IsNone() =>
        Assert.That(Gap(Shim().Symbol(Marker, 4).Symbol("_ZNSt7other", 4)).HarmlessNeed(), Is.Null);

    [Test]
    public void HarmlessNeed_TheVersionsOnlySymbolIsAnother_IsNone() =>
        Assert.That(Gap(Shim().Symbol("_ZNSt7other", 4)).HarmlessNeed(), Is.Null);

    [Test]
    public void HarmlessNeed_AnotherVersionIsMissingToo_IsNoneAndBothAreNamed()
    {
        var gap = Gap(Shim().Symbol(Marker, 4).Needs("libc.so.6", "GLIBC_2.38", 5));

        Assert.That(gap.HarmlessNeed(), Is.Null);
        Assert.That(gap.ToString(), Is.EqualTo("It needs GLIBC_2.38 of libc.so.6, and this system's goes up to GLIBC_2.36. "
            + "It needs GLIBCXX_3.4.32 of libstdc++.so.6, and this system's goes up to GLIBCXX_3.4.30."));
    }

    [Test]
    public void HarmlessNeed_OnlyAnotherVersionIsMissing_IsNone() =>
        Assert.That(Gap(new ElfBuilder().Needs("libstdc++.so.6", "GLIBCXX_3.4.33", 2).Symbol(Marker, 2)).HarmlessNeed(), Is.Null);

    [Test]
    public void HarmlessNeed_ALibraryIsUnknown_IsNoneAndSaysSo()
    {
        var gap = Gap(Shim().Symbol(Marker, 4).Needs("libother.so.1", "OTHER_1", 5));

        Assert.That(gap.HarmlessNeed(), Is.Null);
        Assert.That(gap.ToString(), Does.Contain("It needs OTHER_1 of libother.so.1, and this system's own could not be found."));
    }

    [Test]
    public void IsEmpty_AllThereOrWeakOrUnversioned_IsTrue()
    {
        var gap = Gap(new ElfBuilder().Needs("libc.so.6", "GLIBC_2.34", 2).Needs("libstdc++.so.6", "GLIBCXX_3.4.99", 3, flags: 2)
            .Needs("libm.so.6", "GLIBC_2.29", 4));

        Assert.That(gap.IsEmpty, Is.True);
        Assert.That(gap.HarmlessNeed(), Is.Null);
    }
}
