namespace UcfActionRecognition;

/// <summary>The video files of a root, found without regard to case (the lists and the folders differ in HandstandPushups).</summary>
/// <param name="folder">The folder of the videos.</param>
/// <param name="format">Their form.</param>
internal sealed class Ucf101Files(string folder, VideoFormat format)
    : VideoFiles(folder, [format == VideoFormat.Avi ? ".avi" : Hdf5VideoClipSource.Extension])
{
    // In the order in which Auto takes them: the exact frames before the nearly exact ones, and both before those that have to be decoded by ffmpeg.
    private static readonly (VideoFormat Format, string Name)[] Folders =
        [(VideoFormat.Hdf5, Ucf101.Hdf5Folder), (VideoFormat.Compact, Ucf101.CompactFolder), (VideoFormat.Avi, Ucf101.AviFolder)];

    /// <summary>Any but <see cref="VideoFormat.Auto"/>.</summary>
    public VideoFormat Format { get; } = format;

    public static Ucf101Files Find(string root, VideoFormat format)
    {
        (VideoFormat Format, string Name)[] wanted = [.. Folders.Where(folder => format == VideoFormat.Auto || folder.Format == format)];
        if (wanted.Length == 0)
        {
            throw new ArgumentOutOfRangeException(nameof(format), format, "Not a video format.");
        }

        foreach ((VideoFormat found, string name) in wanted)
        {
            string folder = Path.Combine(root, name);
            if (Directory.Exists(folder))
            {
                return new Ucf101Files(folder, found);
            }
        }

        throw new DatasetFormatException(
            $"The data root '{root}' does not hold {string.Join(" nor ", wanted.Select(folder => folder.Name + "/"))}. It must hold the videos, one folder per class, and "
            + $"{Ucf101.ListFolder}/.");
    }
}
