namespace UcfActionRecognition.PackageTests;

public sealed class MarkdownSnippetTests
{
    [Test]
    public void Parse_BlocksWithAndWithoutContext_KeepsTextAndLine()
    {
        MarkdownSnippet[] snippets = Parse("text", "```csharp", "Plain();", "```", "<!-- csharp: int (int a) -->", "```csharp", "return", "  a;", "```", "```sh", "ls", "```");

        Assert.That(snippets.Select(snippet => (snippet.Line, snippet.Context, snippet.Code)),
            Is.EqualTo(new[] { (3, "void ()", "Plain();"), (7, "int (int a)", "return\n  a;") }));
    }

    [Test]
    public void ToMethod_UsingsOfTheBlock_AreLeftOutAndLinesStayTheDocuments()
    {
        MarkdownSnippet snippet = Parse("```csharp", "using System.Text;", "", "Wrong", "```").Single();

        Assert.That(snippet.ToMethod("A"), Does.Contain("#line 2 \"a.md\"\n\n\nWrong\n#line default"));
    }

    [TestCase("a.md(1): the block has no end.", "```csharp", "x();")]
    [TestCase("a.md(1): call the block's language csharp, not C#, to have it compiled.", "```C#", "x();", "```")]
    [TestCase("a.md(1): 'csharp: model' is neither 'program' nor a signature such as 'void (ActionModel model)'.", "<!-- csharp: model -->", "```csharp", "```")]
    public void Parse_BlockThatWouldBeMissed_Throws(string message, params string[] lines) =>
        Assert.That(() => Parse(lines), Throws.TypeOf<FormatException>().With.Message.EqualTo(message));

    private static MarkdownSnippet[] Parse(params string[] lines) => [.. MarkdownSnippet.Parse("a.md", lines)];
}
