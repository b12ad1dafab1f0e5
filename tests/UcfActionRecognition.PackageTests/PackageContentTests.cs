using System.Buffers.Binary;
using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace UcfActionRecognition.PackageTests;

/// <summary>What is in the packages.</summary>
[TestFixtureSource(typeof(Packages), nameof(Packages.Names))]
public sealed partial class PackageContentTests(string name)
{
    // What each of them brings beside assembly, documentation, README and icon.
    private static readonly Dictionary<string, string[]> More = new()
    {
        ["UcfActionRecognition"] = ["buildTransitive/UcfActionRecognition.targets"],
        ["UcfActionRecognition.Mpi"] = [],
        ["UcfActionRecognition.Reporting"] = ["Fonts/LICENSE.txt"],
    };

    private static readonly string[] Dependencies =
    [
        "Microsoft.Extensions.Logging.Abstractions 10.0.0",
        "PureHDF [2.2.0, 2.3.0)",
        "SharpZipLib 1.4.2",
        "SkiaSharp 2.88.9",
        "SkiaSharp.NativeAssets.Linux.NoDependencies 2.88.9",
        "System.IO.Hashing 10.0.14",
        "TorchSharp [0.107.0, 0.108.0)",
    ];

    private XElement Metadata => XElement.Parse(Encoding.UTF8.GetString(Packages.Read(name, $"{name}.nuspec")).TrimStart('\uFEFF')).Elements().Single();

    [Test]
    public void Files_AreTheLibraryAndItsDocuments()
    {
        using ZipArchive package = Packages.Open(name);
        string[] files = [.. package.Entries.Select(entry => entry.FullName).Where(file => !OfTheFormat().IsMatch(file))];
        Assert.That(files, Is.EquivalentTo((string[])
            [$"{name}.nuspec", "README.md", "icon.png", $"lib/net10.0/{name}.dll", $"lib/net10.0/{name}.xml", .. More[name]]));
    }

    [Test]
    public void Symbols_AreThoseOfTheAssembly()
    {
        using var assembly = new PEReader(new MemoryStream(Packages.Read(name, $"lib/net10.0/{name}.dll")));
        DebugDirectoryEntry[] entries = [.. assembly.ReadDebugDirectory()];
        CodeViewDebugDirectoryData symbols = assembly.ReadCodeViewDebugDirectoryData(entries.Single(entry => entry.Type == DebugDirectoryEntryType.CodeView));
        using var pdb = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(Packages.Read(name, $"lib/net10.0/{name}.pdb", "snupkg")));

        Assert.That(new BlobContentId(pdb.GetMetadataReader().DebugMetadataHeader!.Id).Guid, Is.EqualTo(symbols.Guid));
        Assert.That(entries.Select(entry => entry.Type), Does.Contain(DebugDirectoryEntryType.Reproducible));
    }

    [Test]
    public void Sources_OfARelease_AreNamedByTheirPlaceInTheRepository()
    {
        if (Packages.Configuration != "Release")
        {
            Assert.Ignore($"Needs a build of the configuration Release; this is {Packages.Configuration}.");
        }

        using var pdb = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(Packages.Read(name, $"lib/net10.0/{name}.pdb", "snupkg")));
        MetadataReader reader = pdb.GetMetadataReader();
        string[] sources = [.. reader.Documents.Select(handle => reader.GetString(reader.GetDocument(handle).Name))];
        Assert.That(sources, Is.Not.Empty.And.All.StartsWith("/_/"));
        Assert.That(Encoding.Latin1.GetString(Packages.Read(name, $"lib/net10.0/{name}.dll")), Does.Not.Contain(Repository.Root));
    }

    [Test]
    public void Documentation_CoversPublicTypes() =>
        Assert.That(Encoding.UTF8.GetString(Packages.Read(name, $"lib/net10.0/{name}.xml")), Does.Contain(name switch
        {
            "UcfActionRecognition.Mpi" => "<member name=\"T:UcfActionRecognition.MpiProcessGroup\">",
            "UcfActionRecognition.Reporting" => "<member name=\"T:UcfActionRecognition.Reporting.FusionReport\">",
            _ => "<member name=\"T:UcfActionRecognition.TorchRuntime\">",
        }));

    [Test]
    public void Metadata_NamesLicenseReadmeIconAndCommit()
    {
        XElement metadata = Metadata;
        XNamespace space = metadata.Name.Namespace;
        XElement license = metadata.Element(space + "license")!;
        string expected = name == "UcfActionRecognition.Reporting" ? "MIT AND Bitstream-Vera" : "MIT";

        Assert.That((license.Attribute("type")!.Value, license.Value), Is.EqualTo(("expression", expected)));
        Assert.That(metadata.Element(space + "readme")!.Value, Is.EqualTo("README.md"));
        Assert.That(metadata.Element(space + "icon")!.Value, Is.EqualTo("icon.png"));
        Assert.That(metadata.Element(space + "description")!.Value, Has.Length.InRange(50, 300));
        if (Path.Exists(Path.Combine(Repository.Root, ".git")))
        {
            XElement repository = metadata.Element(space + "repository")!;
            Assert.That(repository.Attribute("type")!.Value, Is.EqualTo("git"));
            Assert.That(repository.Attribute("commit")!.Value, Does.Match("^[0-9a-f]{40}$"));
        }
    }

    [Test]
    public void Dependencies_HaveRangesAndNoNativeRuntime()
    {
        XElement metadata = Metadata;
        string[] own = name == "UcfActionRecognition" ? [] : [$"UcfActionRecognition {Packages.Version}"];
        Assert.That(metadata.Descendants(metadata.Name.Namespace + "dependency").Select(item => $"{item.Attribute("id")!.Value} {item.Attribute("version")!.Value}"),
            Is.EquivalentTo((string[])[.. own, .. Dependencies]));
    }

    [Test]
    public void Readme_StandsByItselfAndNamesTheVersions()
    {
        string readme = Encoding.UTF8.GetString(Packages.Read(name, "README.md"));
        Assert.That(RelativeLink().Matches(readme).Select(match => match.Value), Is.Empty);
        Assert.That(readme, Does.StartWith($"# {name}\n"));
        Assert.That(RuntimePackage().Matches(readme).Select(match => match.Groups["version"].Value).Distinct(),
            Is.EquivalentTo(name == "UcfActionRecognition" ? [NativeRuntime.LibTorchVersion, NativeRuntime.TorchSharpVersion] : Array.Empty<string>()));
    }

    [Test]
    public void Icon_IsAPngOf128Pixels()
    {
        byte[] icon = Packages.Read(name, "icon.png");
        Assert.That(icon.AsSpan(0, 8).ToArray(), Is.EqualTo(new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10 }));
        Assert.That(BinaryPrimitives.ReadInt32BigEndian(icon.AsSpan(16)), Is.EqualTo(128));
        Assert.That(BinaryPrimitives.ReadInt32BigEndian(icon.AsSpan(20)), Is.EqualTo(128));
    }

    // What the package format adds.
    [GeneratedRegex(@"^(_rels/|package/|\[Content_Types\]\.xml$)")]
    private static partial Regex OfTheFormat();

    [GeneratedRegex(@"\]\((?!https://)[^)]*\)")]
    private static partial Regex RelativeLink();

    [GeneratedRegex(@"`(libtorch-|TorchSharp-c)[^`]*` (?<version>[\d.]+)")]
    private static partial Regex RuntimePackage();
}
