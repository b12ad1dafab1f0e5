using System.Text.Json.Serialization;

namespace UcfActionRecognition;

/// <summary>Decides which frames of a video make its clips. Safe for concurrent calls.</summary>
// The names in the JSON of recipes.
[JsonDerivedType(typeof(RandomClip), "randomClip")]
[JsonDerivedType(typeof(CenterClip), "centerClip")]
[JsonDerivedType(typeof(SlidingWindow), "slidingWindow")]
[JsonDerivedType(typeof(FullSequence), "fullSequence")]
[JsonDerivedType(typeof(UniformClips), "uniformClips")]
[JsonDerivedType(typeof(RandomSegments), "randomSegments")]
public interface IClipSampler
{
    /// <summary>Clips (views) drawn from each video; <see langword="null"/> where that depends on the video.</summary>
    int? ViewsPerVideo { get; }

    /// <summary>Frames in each clip; <see langword="null"/> where that depends on the video.</summary>
    int? FramesPerClip { get; }

    /// <summary>Draws the clips of one video.</summary>
    /// <param name="video">The video; its <see cref="VideoInfo.FrameCount"/> is known.</param>
    /// <param name="random">The random numbers of this video and epoch.</param>
    /// <returns>For each view the zero-based indices of its frames; at least one view, of at least one frame.</returns>
    IReadOnlyList<int[]> Sample(VideoInfo video, ClipRandom random);
}
