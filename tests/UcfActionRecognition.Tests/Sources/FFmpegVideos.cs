namespace UcfActionRecognition.Tests.Sources;

/// <summary>Small videos that the ffmpeg program makes; tests are skipped, saying so, where it is missing.</summary>
internal static class FFmpegVideos
{
    /// <summary>Makes a moving test picture as MPEG-4 in AVI.</summary>
    public static void Make(string path, int frames, string size = "64x48", string rate = "25") => Run(
        "-f", "lavfi", "-i", $"testsrc=size={size}:rate={rate}", "-frames:v", $"{frames}", "-c:v", "mpeg4", "-q:v", "3", "-pix_fmt", "yuv420p", path);

    /// <summary>Runs ffmpeg, which may not ask and says only errors.</summary>
    public static byte[] Run(params string[] arguments) =>
        ExternalProgram.Run("ffmpeg", ["-hide_banner", "-loglevel", "error", "-nostdin", "-y", .. arguments]);

    /// <summary>The frames of a video as ffmpeg's own command line gives them, frame-rate conversion off.</summary>
    public static byte[] Decode(string path) => Run("-i", path, "-vsync", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgb24", "-");
}
