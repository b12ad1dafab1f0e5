namespace UcfActionRecognition;

/// <summary>The videos that an earlier evaluation has done. One thread at a time.</summary>
internal sealed class FinishedVideos
{
    private readonly Dictionary<string, FinishedVideo> _byName = new(StringComparer.Ordinal);

    /// <summary>Notes a video.</summary>
    public void Add(FinishedVideo video) => _byName.Add(video.Scored.Score.Video.Name, video);

    /// <summary>What is known of a video; <see langword="null"/> where it is not finished.</summary>
    public ScoredVideo? Find(LabeledVideo video) => _byName.GetValueOrDefault(video.Name)?.Scored;

    /// <summary>
    /// Takes a video, where its file has a row for each of the clips that it has today. A file with others was made of another video; it is deleted.
    /// </summary>
    /// <param name="video">The video's name.</param>
    /// <param name="clips">Its clips.</param>
    public ScoredVideo? Take(string video, IReadOnlyList<PlannedClip> clips)
    {
        if (!_byName.TryGetValue(video, out FinishedVideo? finished))
        {
            return null;
        }

        if (finished.Scored.Score.Clips == clips.Count(clip => clip.GivesRow))
        {
            return finished.Scored;
        }

        File.Delete(finished.Path);
        return null;
    }
}
