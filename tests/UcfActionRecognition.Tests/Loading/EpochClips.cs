namespace UcfActionRecognition.Tests.Loading;

/// <summary>What an epoch gave.</summary>
internal sealed class EpochClips
{
    public List<(string Video, byte[] Clip)> Clips { get; } = [];

    public List<VideoFailure> Failures { get; } = [];

    public IEnumerable<string> FailedVideos => Failures.Select(failure => failure.Video);

    /// <summary>Reads an epoch of a loader.</summary>
    public static EpochClips Read(ClipLoader loader, int epoch)
    {
        var read = new EpochClips();
        foreach (ClipBatch batch in loader.ReadEpoch(epoch))
        {
            using (batch)
            {
                for (int i = 0; i < batch.Videos.Count; i++)
                {
                    read.Clips.Add((batch.Videos[i].Name, batch.Frames[i].bytes.ToArray()));
                }

                read.Failures.AddRange(batch.Failures);
            }
        }

        return read;
    }
}
