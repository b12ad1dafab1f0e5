namespace UcfActionRecognition;

/// <summary>Where indexes of videos are kept unless an option says otherwise.</summary>
internal static class FFmpegIndexFolder
{
    public const string Variable = "UCF_VIDEO_INDEX_DIR";

    /// <summary>The folder, by environment variables and the user's home folder; <see langword="null"/> where there is neither.</summary>
    public static string? Default(Func<string, string?> variable, string home)
    {
        if (variable(Variable) is { Length: > 0 } own)
        {
            return own;
        }

        // A relative XDG_CACHE_HOME is to be ignored, says its specification.
        string? cache = variable("XDG_CACHE_HOME") is { Length: > 0 } set && Path.IsPathFullyQualified(set) ? set
            : home.Length > 0 ? Path.Combine(home, ".cache") : null;
        return cache is null ? null : Path.Combine(cache, "UcfActionRecognition", "video-index");
    }
}
