namespace UcfActionRecognition.Samples.Part2;

/// <summary>What whole videos are tested on.</summary>
internal enum TestClips
{
    /// <summary>Windows of the model's clip length; their mean counts.</summary>
    Windows,

    /// <summary>The whole video as one clip.</summary>
    Full,
}
