using Microsoft.Win32.SafeHandles;

namespace UcfActionRecognition;

/// <summary>One open HDF5 file: its handle, the video's size, and where the frames are. Safe for concurrent reads.</summary>
internal sealed class Hdf5VideoFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly Hdf5Storage _storage;

    private Hdf5VideoFile(string video, string path, SafeFileHandle handle, VideoInfo info, Hdf5Storage storage)
    {
        (Video, Path, _handle, Info, _storage) = (video, path, handle, info, storage);
    }

    public string Video { get; }

    public string Path { get; }

    public VideoInfo Info { get; }

    /// <summary>Opens a file and finds its frames.</summary>
    /// <exception cref="VideoReadException">The file is not a readable video; the message says why.</exception>
    public static Hdf5VideoFile Open(string video, string path, Hdf5VideoClipSourceOptions options)
    {
        SafeFileHandle handle = OpenHandle(video, path);
        try
        {
            Hdf5FrameLocator.Result found = Guard(video, path, () => Hdf5FrameLocator.Locate(handle, options));
            return new Hdf5VideoFile(video, path, handle, found.Info, found.Storage);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    public int RunLength(int frame) => _storage.RunLength(frame);

    public void Read(ReadOnlySpan<int> frames, Span<byte> rgb, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        try
        {
            _storage.Read(frames, rgb, cancel);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw Unreadable(Video, Path, error);
        }
    }

    public bool ReadsRows => _storage.ReadsRows;

    public void ReadRows(int frame, int firstRow, Span<byte> rows, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        try
        {
            _storage.ReadRows(frame, firstRow, rows);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw Unreadable(Video, Path, error);
        }
    }

    public void Dispose()
    {
        _storage.Dispose();
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
            throw new VideoReadException(
                video, $"Cannot open the HDF5 video '{path}': {error.Message} Check that it is a file this user may read.", error);
        }
    }

    // PureHDF reports broken files by whatever exception its code runs into, so all of them mean that the file is bad.
    private static T Guard<T>(string video, string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error)
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
            _ => $"its structure is damaged ({(error.InnerException ?? error).Message.TrimEnd('.')})",
        };
        return new VideoReadException(
            video,
            $"Cannot read the HDF5 video '{path}': {reason}. Expected a dataset 'video', uint8 [frames, height, width, 3], or 'jpeg' and 'jpeg_offsets'. " +
            "Write the file again from its source video.",
            error);
    }
}
