namespace UcfActionRecognition;

/// <summary>One clip of a video, or a part of one, on its way through a model.</summary>
/// <param name="Frames">The indices of its frames.</param>
/// <param name="Part">Set where it is only a part; a part goes through the model alone.</param>
internal sealed record PlannedClip(int[] Frames, TimeChunk? Part);
