namespace UcfActionRecognition;

/// <summary>Refuses two lists of videos that share a group: a model that learns from the one would be scored on what it knows.</summary>
internal static class GroupGuard
{
    private const int Shown = 5;

    /// <summary>Checks that no group is in both lists. Groups are compared as they are spelled, as everywhere.</summary>
    /// <param name="nameA">What the first list is, for the message: <c>the training side of UCF-101 split 1</c>.</param>
    /// <param name="a">Its videos.</param>
    /// <param name="nameB">What the second list is: <c>its test side</c>.</param>
    /// <param name="b">Its videos.</param>
    /// <exception cref="DatasetFormatException">A group is in both; the message names some, with a video of each list.</exception>
    public static void Check(string nameA, IEnumerable<LabeledVideo> a, string nameB, IEnumerable<LabeledVideo> b)
    {
        Dictionary<string, string> first = VideoByGroup(a);
        (string Group, string A, string B)[] shared =
            [.. VideoByGroup(b).Where(entry => first.ContainsKey(entry.Key)).Select(entry => (entry.Key, first[entry.Key], entry.Value))];
        if (shared.Length == 0)
        {
            return;
        }

        string some = string.Join(", ", shared.OrderBy(entry => entry.Group, StringComparer.Ordinal).Take(Shown).Select(entry =>
            $"'{ErrorText.Shortened(entry.Group)}' ('{ErrorText.Shortened(entry.A)}' and '{ErrorText.Shortened(entry.B)}')"));
        string more = shared.Length > Shown ? $" and {shared.Length - Shown} more" : "";
        throw new DatasetFormatException(
            $"{shared.Length} group{(shared.Length == 1 ? " is" : "s are")} both in {nameA} and in {nameB}: {some}{more}. Videos of a group are cut from one "
            + "recording, so a score would count what was learned by heart. Put all videos of a group on one side of the split.");
    }

    private static Dictionary<string, string> VideoByGroup(IEnumerable<LabeledVideo> videos)
    {
        var byGroup = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (LabeledVideo video in videos)
        {
            byGroup.TryAdd(video.Group, video.Name);
        }

        return byGroup;
    }
}
