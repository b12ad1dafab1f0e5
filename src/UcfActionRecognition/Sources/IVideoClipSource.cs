namespace UcfActionRecognition;

/// <summary>
/// Opens videos by name. A name is the video's path below the data folder without extension, with <c>/</c> between
/// folders (<c>YoYo/v_YoYo_g01_c01</c>); the source adds its own folder and extension. Safe for concurrent calls.
/// Who made a source disposes it; loaders and evaluators only borrow it.
/// </summary>
public interface IVideoClipSource : IDisposable
{
    /// <summary>Opens one video for reading, from its first frame on. Opened again, it gives the same frames.</summary>
    /// <param name="video">The video's name.</param>
    /// <param name="cancel">Ends the opening early, and every later read of the reader.</param>
    /// <returns>A reader for one thread at a time; the caller disposes it.</returns>
    /// <exception cref="VideoReadException">The video is missing, broken or holds no frame.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    VideoReader Open(string video, CancellationToken cancel = default);
}
