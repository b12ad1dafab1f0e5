using System.CommandLine;

namespace UcfActionRecognition.Samples;

/// <summary><c>--crops Three</c></summary>
internal static class CropsOption
{
    /// <param name="usual">What is taken without the option.</param>
    public static Option<TestCropLayout?> Create(string usual) => new("--crops")
    {
        Description = $"Regions of each test frame: WholeFrame (resized without its aspect), Center, Three or Ten. Default: {usual}.",
        Recursive = true,
    };

    /// <returns>The regions; <see langword="null"/> where none were asked for.</returns>
    public static TestCrops? Get(ParseResult parsed, Option<TestCropLayout?> option, bool singleFrames)
    {
        // The sides of squares are the field's: 224 of 256 for frames, the full short side for clips.
        double ratio = singleFrames ? 0.875 : 1;
        return parsed.GetValue(option) switch
        {
            null => null,
            TestCropLayout.Center => TestCrops.Center(ratio),
            TestCropLayout.Three => TestCrops.Three,
            TestCropLayout.Ten => TestCrops.Ten(ratio),
            _ => TestCrops.WholeFrame,
        };
    }
}
