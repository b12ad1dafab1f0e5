namespace UcfActionRecognition;

/// <summary>
/// Videos as HDF5 files, one per video: <c>folder/name.hdf5</c> with a dataset <c>video</c>, uint8 <c>[T, H, W, 3]</c>, RGB, as h5py
/// or <see cref="Hdf5VideoWriter"/> writes it: contiguous, compact or chunked, plain or with gzip, shuffle and fletcher32;
/// or with datasets <c>jpeg</c> and <c>jpeg_offsets</c>, as <see cref="CompactVideoWriter"/> writes them.
/// </summary>
/// <remarks>
/// <para>Frames of a contiguous dataset are read straight from the file; chunked ones are decoded a chunk at a time, JPEG ones a frame at a
/// time. Safe for concurrent calls; one file's chunks are decoded by one thread at a time. Open files are kept, up to
/// <see cref="Hdf5VideoClipSourceOptions.MaxOpenFiles"/>; where the frames lie that are not in chunks is remembered of
/// <see cref="Hdf5VideoClipSourceOptions.MaxKnownFiles"/>, so that opening one again costs little. A file that was replaced on disk is
/// noticed, by its time, when it is opened the next time.</para>
/// <para>Files are not trusted: links and storage that lead to other files are refused, and sizes are limited by the options. To bound
/// what a compressed chunk inflates to, the first opening replaces PureHDF's gzip filter in this process by one that does the same
/// and stops there.</para>
/// <para>Disposing the source closes files as their readers end; readers still in use go on working.</para>
/// </remarks>
public sealed class Hdf5VideoClipSource : IVideoClipSource
{
    /// <summary>The extension of a video's file.</summary>
    internal const string Extension = ".hdf5";

    private readonly string _folder;
    private readonly Hdf5VideoClipSourceOptions _options;
    private readonly Hdf5FileCache _files;
    private readonly Hdf5Locations _locations;

    /// <summary>Creates a source of the videos in a folder.</summary>
    /// <param name="folder">The folder that video names start from.</param>
    /// <param name="options">Settings; <see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public Hdf5VideoClipSource(string folder, Hdf5VideoClipSourceOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _folder = Path.GetFullPath(folder);
        _options = options ?? new Hdf5VideoClipSourceOptions();
        _options.Validate();
        _files = new Hdf5FileCache(_options.MaxOpenFiles);
        _locations = new Hdf5Locations(_options.MaxKnownFiles);
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The source was disposed.</exception>
    public VideoReader Open(string video, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        string path = VideoPath.Resolve(_folder, video, Extension);
        DateTime lastWrite = LastWrite(video, path);
        Hdf5FileCache.Lease lease = _files.TryRent(video, lastWrite) ?? OpenFile(video, path, lastWrite);
        return new Hdf5VideoReader(lease, _options, cancel);
    }

    /// <summary>Closes the files that no reader uses; the others when their readers end.</summary>
    public void Dispose() => _files.Dispose();

    private Hdf5FileCache.Lease OpenFile(string video, string path, DateTime lastWrite)
    {
        if (!_locations.Knows(video, lastWrite))
        {
            CheckFile(video, path);
        }

        return _files.Add(video, Hdf5VideoFile.Open(video, path, _locations, _options));
    }

    private DateTime LastWrite(string video, string path)
    {
        try
        {
            return File.GetLastWriteTimeUtc(path);
        }
        catch (UnauthorizedAccessException)
        {
            throw Missing(video, path);
        }
    }

    private void CheckFile(string video, string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw Missing(video, path);
        }

        // Pipes and devices have no length; opening one could wait for ever.
        if (file.Length == 0)
        {
            throw new VideoReadException(
                video, $"Cannot read the HDF5 video '{path}': it is empty (0 bytes). Write the file again from its source video.");
        }
    }

    private VideoReadException Missing(string video, string path) => new(
        video,
        $"Cannot find the HDF5 video '{path}': found {VideoPath.DescribeMissing(_folder, path)}. Check the source's folder and the video's name, " +
        $"or write the file with {nameof(Hdf5VideoWriter)}.");
}
