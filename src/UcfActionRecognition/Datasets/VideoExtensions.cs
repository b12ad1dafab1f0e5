namespace UcfActionRecognition;

/// <summary>The extensions of video files that data sets look for.</summary>
internal static class VideoExtensions
{
    /// <summary>The usual containers of videos that ffmpeg reads.</summary>
    public static readonly string[] Usual = [".avi", ".mp4", ".mkv", ".mov", ".webm"];

    /// <summary>Checks extensions as the source that reads the videos does.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none, or one is no dot followed by letters and digits.</exception>
    public static void Check(IReadOnlyList<string> extensions) => new FFmpegVideoClipSourceOptions { Extensions = extensions }.Validate();
}
