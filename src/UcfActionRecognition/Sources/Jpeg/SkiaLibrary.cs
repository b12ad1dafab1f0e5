namespace UcfActionRecognition;

/// <summary>SkiaSharp's native library, which comes in packages of its own.</summary>
internal static class SkiaLibrary
{
    /// <summary>Whether an error says that the library cannot be loaded.</summary>
    public static bool IsMissing(Exception error) => (error is TypeInitializationException ? error.InnerException : error) is DllNotFoundException;

    /// <summary>The error that says what to do.</summary>
    public static ActionRecognitionException Missing(Exception error) => new(
        "Compact videos take SkiaSharp, whose native library cannot be loaded. Reference the package SkiaSharp.NativeAssets.Linux.NoDependencies, "
        + ".Win32 or .macOS in the version of SkiaSharp. "
        + (error.InnerException ?? error).Message.Split('\n')[0],
        error);
}
