namespace UcfActionRecognition;

/// <summary>One clip of a video in one of its crops, or a part of it, on its way through a model.</summary>
/// <param name="Frames">The indices of its frames.</param>
/// <param name="Part">Set where it is only a part; a part goes through the model alone.</param>
/// <param name="Crop">Which of the crops, from 0.</param>
internal sealed record PlannedClip(int[] Frames, TimeChunk? Part, int Crop = 0)
{
    /// <summary>Whether a row of logits comes of it: a part of a clip gives none before its last one.</summary>
    public bool GivesRow => Part is null or { IsLast: true };
}
