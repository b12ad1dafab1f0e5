using System.Text.RegularExpressions;

namespace UcfActionRecognition.PackageTests;

public sealed partial class MarkdownLinkTests
{
    [TestCaseSource(typeof(MarkdownSnippet), nameof(MarkdownSnippet.Documents))]
    public void Links_OfADocument_LeadToFiles(string document)
    {
        string folder = Path.Combine(Repository.Root, Path.GetDirectoryName(document)!);
        string text = CodeBlock().Replace(File.ReadAllText(Path.Combine(Repository.Root, document)), "");
        string[] missing = [.. LocalLink().Matches(text).Select(match => match.Groups["path"].Value).Where(path => !Path.Exists(Path.Combine(folder, path)))];

        Assert.That(missing, Is.Empty);
    }

    [Test]
    public void LocalLink_FindsPathsAndNoAddresses() => Assert.That(
        LocalLink().Matches("[a](b/c.md) [d](e.md#f) ![g](h.png) [i](https://j) [k](#l)").Select(match => match.Groups["path"].Value),
        Is.EqualTo(new[] { "b/c.md", "e.md", "h.png" }));

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"\]\((?!\w+:|#)(?<path>[^)\s#]+)")]
    private static partial Regex LocalLink();
}
