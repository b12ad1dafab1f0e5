namespace UcfActionRecognition;

/// <summary>
/// Where the frames of files lie that were open before, so that opening one again is a system call and not a walk through its
/// structure. Bounded; safe for concurrent calls.
/// </summary>
internal sealed class Hdf5Locations(int capacity)
{
    private readonly LeastRecentlyUsed<string, (FileStamp Stamp, Hdf5FrameLocator.Result Found)> _byVideo = new(capacity);

    public bool TryGet(string video, FileStamp stamp, out Hdf5FrameLocator.Result found)
    {
        bool known = _byVideo.TryGet(video, out var held) && held.Stamp == stamp;
        found = known ? held.Found : default;
        return known;
    }

    /// <summary>Whether the file that was last written then was open before.</summary>
    public bool Knows(string video, DateTime lastWriteUtc) => _byVideo.TryGet(video, out var held) && held.Stamp.LastWriteUtc == lastWriteUtc;

    /// <summary>Keeps a location, if it can be used without the handle that it was found with.</summary>
    public void Add(string video, FileStamp stamp, Hdf5FrameLocator.Result found)
    {
        if (found.Storage.OutlivesHandle)
        {
            _byVideo.Set(video, (stamp, found));
        }
    }
}
