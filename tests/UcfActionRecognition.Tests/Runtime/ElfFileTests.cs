using CsCheck;

namespace UcfActionRecognition.Tests;

public sealed class ElfFileTests
{
    private static readonly IReadOnlySet<string> Gcc12 = new HashSet<string> { "GLIBCXX_3.4", "GLIBCXX_3.4.30" };

    private static byte[] Sample(bool gnuHash = false) => new ElfBuilder { GnuHash = gnuHash }
        .Needs("libc.so.6", "GLIBC_2.34", 2)
        .Needs("libstdc++.so.6", "GLIBCXX_3.4.30", 3).Needs("libstdc++.so.6", "GLIBCXX_3.4.32", 4)
        .Defines("libsample.so", "SAMPLE_1.0", "SAMPLE_1.1")
        .Symbol("used", 3).Relocation().Symbol("called", 2).Relocation(inProcedureTable: true)
        .Symbol("_ZSt21ios_base_library_initv", 4).Symbol("hidden", 4 | 0x8000).Build();

    [TestCase(false)]
    [TestCase(true)]
    public void Parse_NeedsAndDefinitions_AreReadWithTheirSymbols(bool gnuHash)
    {
        var file = ElfFile.Parse(Sample(gnuHash), "sample");

        Assert.That(file.VersionNeeds.Select(need => (need.File, need.Version, need.Index, need.IsWeak)), Is.EqualTo(new[]
        {
            ("libc.so.6", "GLIBC_2.34", (ushort)2, false),
            ("libstdc++.so.6", "GLIBCXX_3.4.30", (ushort)3, false),
            ("libstdc++.so.6", "GLIBCXX_3.4.32", (ushort)4, false),
        }));
        Assert.That(file.VersionDefinitions, Is.EquivalentTo(new[] { "libsample.so", "SAMPLE_1.0", "SAMPLE_1.1" }));
        Assert.That(file.SymbolsOf(file.VersionNeeds[1]), Is.EqualTo(new Dictionary<uint, string> { [1] = "used" }));
        Assert.That(file.SymbolsOf(file.VersionNeeds[2]).Values, Is.EqualTo(new[] { "_ZSt21ios_base_library_initv", "hidden" }));
    }

    [TestCase(0, true, Description = "through the procedure table")]
    [TestCase(1, true, Description = "through the relocation table")]
    [TestCase(2, false)]
    public void HasRelocationOf_SymbolsOfAVersion_TellsWhetherAnyIsUsed(int need, bool expected)
    {
        var file = ElfFile.Parse(Sample(), "sample");

        Assert.That(file.HasRelocationOf(file.SymbolsOf(file.VersionNeeds[need])), Is.EqualTo(expected));
    }

    [Test]
    public void WithWeak_OneNeed_ChangesItsFlagAndNoOtherByte()
    {
        byte[] before = Sample();
        byte[] original = [.. before];
        var file = ElfFile.Parse(before, "sample");

        byte[] after = file.WithWeak(file.VersionNeeds[2]);

        int[] changed = [.. Enumerable.Range(0, before.Length).Where(i => before[i] != after[i])];
        Assert.That(after, Has.Length.EqualTo(before.Length));
        Assert.That(changed, Is.EqualTo(new[] { file.VersionNeeds[2].FlagsOffset }));
        Assert.That(after[changed[0]], Is.EqualTo(before[changed[0]] | 2));
        Assert.That(before, Is.EqualTo(original));
        Assert.That(ElfFile.Parse(after, "sample").VersionNeeds.Select(need => need.IsWeak), Is.EqualTo(new[] { false, false, true }));
    }

    [Test]
    public void Parse_CutAnywhere_RaisesTheLibrarysError([Values] bool gnuHash)
    {
        byte[] whole = Sample(gnuHash);
        for (int length = 0; length < whole.Length; length++)
        {
            var error = Assert.Throws<ActionRecognitionException>(() => ElfFile.Parse(whole[..length], "cut.so"))!;
            Assert.That(error.Message, Does.StartWith("'cut.so' is damaged or not a shared library for 64-bit Linux").And.EndsWith("; if the system did, install it again."));
        }
    }

    [Test]
    public void Parse_AnyBytesChanged_RaisesNothingButTheLibrarysError() =>
        Gen.Select(Gen.Bool, Gen.Select(Gen.Int[0, 4000], Gen.Byte).Array[1, 12]).Sample((gnuHash, changes) =>
        {
            byte[] content = Sample(gnuHash);
            foreach (var (position, value) in changes)
            {
                content[position % content.Length] = value;
            }

            ReadAll(content);
        });

    [Test]
    public void Parse_AnyNumberSetToItsLargest_RaisesNothingButTheLibrarysError([Values(2, 4, 8)] int width, [Values] bool gnuHash)
    {
        byte[] whole = Sample(gnuHash);
        for (int at = 0; at + width <= whole.Length; at++)
        {
            byte[] content = [.. whole];
            content.AsSpan(at, width).Fill(0xff);
            ReadAll(content);
        }
    }

    [Test]
    public void Parse_RealShimCutAnywhere_RaisesNothingButTheLibrarysError()
    {
        string shim = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");
        byte[] whole = File.ReadAllBytes(shim);

        Gen.Int[0, whole.Length].Sample(length => ReadAll(whole[..length]), iter: 100);
    }

    // Everything else that a damaged file could raise fails the test.
    private static void ReadAll(byte[] content)
    {
        try
        {
            var file = ElfFile.Parse(content, "changed");
            _ = new VersionGap(file, _ => Gcc12).HarmlessNeed();
            foreach (var need in file.VersionNeeds)
            {
                file.HasRelocationOf(file.SymbolsOf(need));
                Assert.That(file.WithWeak(need), Has.Length.EqualTo(content.Length));
            }
        }
        catch (ActionRecognitionException)
        {
        }
    }
}
