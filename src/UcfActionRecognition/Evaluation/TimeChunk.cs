namespace UcfActionRecognition;

/// <summary>
/// A part of a clip that is too long to go through a network at once: the frames that go through together, and the positions of the
/// features that are taken from them because they see no frame outside of the part.
/// </summary>
/// <param name="Start">The part's first frame, a multiple of the network's stride.</param>
/// <param name="Frames">The number of frames.</param>
/// <param name="FirstPosition">The first position taken, counted from the part's own first one.</param>
/// <param name="Positions">The number of positions taken.</param>
/// <param name="IsLast">Whether the clip ends with this part.</param>
internal readonly record struct TimeChunk(int Start, int Frames, int FirstPosition, int Positions, bool IsLast)
{
    /// <summary>The fewest frames that a part may be limited to: a position with all that it sees, from a multiple of the stride on.</summary>
    public static int FewestFrames(TemporalField field) => Lead(field) + field.Radius + 1;

    /// <summary>
    /// Splits a clip into parts of at most so many frames. Each position of the features is taken once, from a part that holds every
    /// frame it depends on; where the clip begins and ends its parts do so too, and the network's zero padding lies where it
    /// lies for the whole clip.
    /// </summary>
    /// <param name="frames">Frames of the clip.</param>
    /// <param name="field">What the network's features see.</param>
    /// <param name="maxFrames">Frames of a part, at least <see cref="FewestFrames"/>, unless the clip is not longer than this anyway.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxFrames"/> leaves no room for a position and all that it sees.</exception>
    public static IReadOnlyList<TimeChunk> Split(int frames, TemporalField field, int maxFrames)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxFrames, Math.Min(frames, FewestFrames(field)));
        var parts = new List<TimeChunk>();
        int positions = (frames + field.Stride - 1) / field.Stride;
        for (int next = 0, taken; next < positions; next += taken)
        {
            // Parts begin at multiples of the stride, so that their positions are the clip's.
            int start = Math.Max((next * field.Stride) - Lead(field), 0);
            bool isLast = frames - start <= maxFrames;
            taken = isLast ? positions - next : ((start + maxFrames - 1 - field.Radius) / field.Stride) - next + 1;
            int end = isLast ? frames : ((next + taken - 1) * field.Stride) + field.Radius + 1;
            parts.Add(new TimeChunk(start, end - start, next - (start / field.Stride), taken, isLast));
        }

        return parts;
    }

    private static int Lead(TemporalField field) => (field.Radius + field.Stride - 1) / field.Stride * field.Stride;
}
