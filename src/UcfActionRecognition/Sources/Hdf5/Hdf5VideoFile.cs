using Microsoft.Win32.SafeHandles;

namespace UcfActionRecognition;

/// <summary>One open HDF5 file: its handle, the video's size, and where the frames are. Safe for concurrent reads.</summary>
internal sealed class Hdf5VideoFile : IDisposable
{
    private const int ReasonLength = 500;

    private readonly string _video;
    private readonly string _path;
    private readonly SafeFileHandle _handle;
    private volatile bool _failed;

    private Hdf5VideoFile(string video, string path, SafeFileHandle handle, FileStamp stamp, Hdf5FrameLocator.Result found)
    {
        (_video, _path, _handle, Stamp, Found) = (video, path, handle, stamp, found);
    }

    /// <summary>The file that is open; another may have taken its path since.</summary>
    public FileStamp Stamp { get; }

    /// <summary>The video's size and the way to its frames.</summary>
    public Hdf5FrameLocator.Result Found { get; }

    public VideoInfo Info => Found.Info;

    /// <summary>Whether a reading failed: opened anew, the file may be readable again, after a server's restart for example.</summary>
    public bool Failed => _failed;

    /// <summary>Whether <see cref="ReadRows"/> reads parts of frames.</summary>
    public bool ReadsRows => Found.Storage.ReadsRows;

    /// <summary>Opens a file and finds its frames.</summary>
    /// <param name="video">The video's name.</param>
    /// <param name="path">The file's path.</param>
    /// <param name="locations">What is known of files that were open before; receives what is found.</param>
    /// <param name="options">Limits.</param>
    /// <exception cref="VideoReadException">The file is not a readable video; the message says why.</exception>
    public static Hdf5VideoFile Open(string video, string path, Hdf5Locations locations, Hdf5VideoClipSourceOptions options)
    {
        SafeFileHandle handle = OpenHandle(video, path);
        try
        {
            FileStamp stamp = FileStamp.Of(handle);
            if (!locations.TryGet(video, stamp, out Hdf5FrameLocator.Result found))
            {
                found = Locate(video, path, handle, options);
                locations.Add(video, stamp, found);
            }

            return new Hdf5VideoFile(video, path, handle, stamp, found);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    public int RunLength(int frame) => Found.Storage.RunLength(frame);

    public void Read(ReadOnlySpan<int> frames, Span<byte> rgb, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        try
        {
            Found.Storage.Read(_handle, frames, rgb, cancel);
            CheckUnchanged();
        }
        catch (Exception error) when (error is not (OperationCanceledException or ActionRecognitionException))
        {
            _failed = true;
            throw Unreadable(_video, _path, error);
        }
    }

    public void ReadRows(int frame, int firstRow, Span<byte> rows, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        try
        {
            Found.Storage.ReadRows(_handle, frame, firstRow, rows);
        }
        catch (Exception error) when (error is not ActionRecognitionException)
        {
            _failed = true;
            throw Unreadable(_video, _path, error);
        }
    }

    /// <summary>Ends the reading of several parts: they belong together only if nobody wrote into the file meanwhile.</summary>
    /// <exception cref="VideoReadException">Somebody did.</exception>
    public void CheckUnchanged()
    {
        if (FileStamp.Of(_handle) != Stamp)
        {
            throw new VideoReadException(
                _video, $"The HDF5 video '{_path}' changed while it was read. Read it again when it is written; put files in place whole, by renaming them.");
        }
    }

    public void Dispose()
    {
        Found.Storage.Dispose();
        _handle.Dispose();
    }

    private static SafeFileHandle OpenHandle(string video, string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.RandomAccess);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string remedy = SystemLimit.OfFilesIsReached(error)
                ? $"Too many files are open: lower {nameof(Hdf5VideoClipSourceOptions)}.{nameof(Hdf5VideoClipSourceOptions.MaxOpenFiles)}, or raise the limit (ulimit -n)."
                : "Check that it is a file this user may read.";
            throw new VideoReadException(video, $"Cannot open the HDF5 video '{path}': {error.Message.TrimEnd('.')}. {remedy}", error);
        }
    }

    // PureHDF reports broken files by whatever exception its code runs into, so all of them mean that the file is bad.
    private static Hdf5FrameLocator.Result Locate(string video, string path, SafeFileHandle handle, Hdf5VideoClipSourceOptions options)
    {
        try
        {
            return Hdf5FrameLocator.Locate(handle, options);
        }
        catch (Exception error) when (error is not ActionRecognitionException)
        {
            throw Unreadable(video, path, error);
        }
    }

    private static VideoReadException Unreadable(string video, string path, Exception error)
    {
        string reason = error switch
        {
            Hdf5FormatException => error.Message,
            OutOfMemoryException => "it asks for more memory than there is",
            IOException and not EndOfStreamException => $"its disk or network drive fails ({error.Message.TrimEnd('.')})",
            _ => $"its structure is damaged ({(error.InnerException ?? error).Message.TrimEnd('.')})",
        };
        return new VideoReadException(
            video,
            $"Cannot read the HDF5 video '{path}': {ErrorText.ShortenedTo(ReasonLength, reason)}. Expected a dataset 'video', uint8 " +
            "[frames, height, width, 3], or 'jpeg' and 'jpeg_offsets'. Write the file again from its source video.",
            error);
    }
}
