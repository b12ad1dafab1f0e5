namespace UcfActionRecognition.Samples.Assignment;

/// <summary>What whole videos are tested on.</summary>
internal enum TestClips
{
    /// <summary>What the recipe says.</summary>
    Recipe,

    /// <summary>One random clip, the same at each run.</summary>
    Random,

    /// <summary>The clip in the middle.</summary>
    Center,

    /// <summary>Windows of the model's clip length; of a model of single frames all frames.</summary>
    Windows,

    /// <summary>Some clips, spread over the video.</summary>
    Uniform,

    /// <summary>The whole video as one clip.</summary>
    Full,
}
