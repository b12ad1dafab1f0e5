namespace UcfActionRecognition.Tests;

/// <summary>Real UCF-101 clips, in the folder that the environment variable UCF101_ROOT names.</summary>
internal static class RealClips
{
    /// <summary>The root that holds UCF-101/ and ucfTrainTestlist/; the test is skipped, saying so, where it is not set.</summary>
    public static string Root
    {
        get
        {
            string? root = Environment.GetEnvironmentVariable("UCF101_ROOT");
            if (string.IsNullOrEmpty(root))
            {
                Assert.Ignore("Needs real clips: set UCF101_ROOT to a folder that holds UCF-101/ and ucfTrainTestlist/.");
            }

            return root!;
        }
    }
}
