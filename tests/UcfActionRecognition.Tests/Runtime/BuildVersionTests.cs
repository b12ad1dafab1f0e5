namespace UcfActionRecognition.Tests.Runtime;

public class BuildVersionTests
{
    [TestCase("0.1.0+0123abc", "0.1.0", "0123abc")]
    [TestCase("0.1.0", "0.1.0", null)]
    [TestCase("0.1.0+", "0.1.0+", null)]
    public void Parse_TakesTheCommitApart(string text, string version, string? commit) =>
        Assert.That(BuildVersion.Parse(text), Is.EqualTo(new BuildVersion(version, commit)));
}
