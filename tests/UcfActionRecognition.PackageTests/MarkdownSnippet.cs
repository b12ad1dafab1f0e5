using System.Text.RegularExpressions;

namespace UcfActionRecognition.PackageTests;

/// <summary>
/// A C# block of a document. A comment before it that readers do not see says what it is: <c>&lt;!-- csharp: program --&gt;</c> is a whole program, which a
/// test runs; <c>&lt;!-- csharp: int (ActionModel model) --&gt;</c> is the inside of such a method; without a comment it is the inside of <c>void ()</c>.
/// </summary>
/// <param name="File">The document, below the repository.</param>
/// <param name="Line">The line of the block's first line, from 1.</param>
/// <param name="Context">What the comment says.</param>
/// <param name="Lines">The block.</param>
internal sealed partial record MarkdownSnippet(string File, int Line, string Context, IReadOnlyList<string> Lines)
{
    private const string Program = "program";
    private const string Fence = "```";

    /// <summary>Whether it is a whole program.</summary>
    public bool IsProgram => Context == Program;

    /// <summary>The block's text.</summary>
    public string Code => string.Join('\n', Lines);

    /// <summary>All C# blocks of the repository's documents.</summary>
    public static IReadOnlyList<MarkdownSnippet> All { get; } = [.. Documents.SelectMany(Read)];

    /// <summary>All Markdown files of the repository, below it, with '/' between folders.</summary>
    public static IEnumerable<string> Documents =>
        Directory.EnumerateFiles(Repository.Root, "*.md")
            .Concat(((string[])["benchmarks", "docs", "samples", "src", "tests"]).SelectMany(folder =>
                Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.md", SearchOption.AllDirectories)))
            .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
            .Where(path => !path.Contains("/bin/", StringComparison.Ordinal) && !path.Contains("/obj/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    /// <summary>The block as a file; the compiler's messages name the document and its line.</summary>
    public string ToProgram() => $"#line {Line} \"{File}\"\n{Code}\n";

    /// <summary>
    /// A file that compiles where the block does: in a method, below the library's namespaces. The compiler's messages name the document and its line.
    /// </summary>
    public string ToMethod(string name)
    {
        Match signature = Signature().Match(Context);
        return $$"""
            using UcfActionRecognition;
            using UcfActionRecognition.Reporting;

            internal static class {{name}}
            {
                public static {{signature.Groups["returns"].Value}} Run({{signature.Groups["parameters"].Value}})
                {
            #line {{Line}} "{{File}}"
            {{string.Join('\n', Lines.Select(line => UsingDirective().IsMatch(line) ? "" : line))}}
            #line default
                }
            }
            """;
    }

    /// <summary>Reads the C# blocks of a document.</summary>
    public static IEnumerable<MarkdownSnippet> Read(string document) =>
        Parse(document, System.IO.File.ReadAllLines(Path.Combine(Repository.Root, document)));

    /// <summary>Takes the C# blocks from a document's lines.</summary>
    /// <exception cref="FormatException">A block has no end, calls its language otherwise than <c>csharp</c>, or follows a comment that is not understood.</exception>
    public static IEnumerable<MarkdownSnippet> Parse(string document, IReadOnlyList<string> lines)
    {
        string context = "";
        for (int i = 0; i < lines.Count; i++)
        {
            string line = lines[i].Trim();
            if (!line.StartsWith(Fence, StringComparison.Ordinal))
            {
                context = ContextComment().Match(line) is { Success: true } comment ? comment.Groups["context"].Value : "";
                continue;
            }

            int end = Enumerable.Range(i + 1, lines.Count - i - 1).FirstOrDefault(j => lines[j].Trim() == Fence);
            if (end == 0)
            {
                throw new FormatException($"{document}({i + 1}): the block has no end.");
            }

            switch (line[Fence.Length..].Trim())
            {
                case "csharp" when context is "" or Program || Signature().IsMatch(context):
                    yield return new MarkdownSnippet(document, i + 2, context is "" ? "void ()" : context, [.. lines.Skip(i + 1).Take(end - i - 1)]);
                    break;
                case "csharp":
                    throw new FormatException($"{document}({i}): 'csharp: {context}' is neither '{Program}' nor a signature such as 'void (ActionModel model)'.");
                case string language when OtherNames().IsMatch(language):
                    throw new FormatException($"{document}({i + 1}): call the block's language csharp, not {language}, to have it compiled.");
            }

            context = "";
            i = end;
        }
    }

    [GeneratedRegex(@"^<!-- csharp: (?<context>.+) -->$")]
    private static partial Regex ContextComment();

    [GeneratedRegex(@"^(?<returns>\S+) \((?<parameters>.*)\)$")]
    private static partial Regex Signature();

    [GeneratedRegex(@"^using [\w.]+;$")]
    private static partial Regex UsingDirective();

    [GeneratedRegex("^(cs|c#|c-sharp)$", RegexOptions.IgnoreCase)]
    private static partial Regex OtherNames();
}
