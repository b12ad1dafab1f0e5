namespace UcfActionRecognition;

/// <summary>Clips of one video that go through the model together.</summary>
/// <param name="Clips">For each clip the indices of its frames; all have the same number.</param>
/// <param name="Part">Set where it is one clip, and only a part of it.</param>
internal sealed record ClipGroup(IReadOnlyList<int[]> Clips, TimeChunk? Part)
{
    public int FramesPerClip => Clips[0].Length;

    public int Frames => Clips.Count * FramesPerClip;
}
