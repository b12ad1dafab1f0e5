using UcfActionRecognition.Tests;

/// <summary>Keeps indexes of the tests' videos out of the user's cache: the default folder is one of this run's own.</summary>
[SetUpFixture]
internal sealed class VideoIndexFolder
{
    private const string Variable = "UCF_VIDEO_INDEX_DIR";

    private TemporaryFolder _folder = null!;

    [OneTimeSetUp]
    public void SetUp()
    {
        _folder = new TemporaryFolder();
        Environment.SetEnvironmentVariable(Variable, _folder.Path);
    }

    [OneTimeTearDown]
    public void TearDown()
    {
        Environment.SetEnvironmentVariable(Variable, null);
        _folder.Dispose();
    }
}
