using System.CommandLine;

namespace UcfActionRecognition.Samples;

/// <summary><c>--classes BabyCrawling,Punch</c></summary>
internal static class ClassesOption
{
    private static readonly Option<string?> Option = new("--classes")
    {
        Description = "Classes to keep, separated by commas. Default: all.",
        Recursive = true,
    };

    public static void AddTo(Command command) => command.Add(Option);

    /// <returns>The classes; <see langword="null"/> for all.</returns>
    public static string[]? Get(ParseResult parsed) =>
        parsed.GetValue(Option)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
