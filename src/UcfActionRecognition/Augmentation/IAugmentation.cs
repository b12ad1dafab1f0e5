using System.Text.Json.Serialization;

namespace UcfActionRecognition;

/// <summary>
/// One step of an <see cref="AugmentationPipeline"/>: draws its parameters and adds them to the clip's transform. All
/// frames of a clip get the same transform. Safe for concurrent calls.
/// </summary>
// The names in the JSON of recipes.
[JsonDerivedType(typeof(RandomCrop), "randomCrop")]
[JsonDerivedType(typeof(RandomHorizontalFlip), "randomHorizontalFlip")]
[JsonDerivedType(typeof(RandomBrightness), "randomBrightness")]
[JsonDerivedType(typeof(MultiScaleCrop), "multiScaleCrop")]
[JsonDerivedType(typeof(CenterCrop), "centerCrop")]
[JsonDerivedType(typeof(Resize), "resize")]
public interface IAugmentation
{
    /// <summary>Adds this step to what happens to the clip.</summary>
    /// <param name="transform">What the steps before have drawn.</param>
    /// <param name="random">The random numbers of this clip.</param>
    ClipTransform Apply(ClipTransform transform, ClipRandom random);
}
