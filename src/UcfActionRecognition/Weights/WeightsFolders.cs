namespace UcfActionRecognition;

/// <summary>A folder where files of weights are kept, and why it is one.</summary>
internal sealed record WeightsFolder(string Path, string Origin);

/// <summary>Where files of weights are looked for, in this order; a download goes to the first.</summary>
internal static class WeightsFolders
{
    public const string Variable = "UCF_WEIGHTS_DIR";

    public static IReadOnlyList<WeightsFolder> All() =>
        All(Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

    /// <summary>Where a download goes; <see langword="null"/> for a user without a home folder who has set no variable.</summary>
    public static string? First() => All() is [var first, ..] ? first.Path : null;

    /// <summary>The folders, by environment variables and the user's home folder.</summary>
    public static IReadOnlyList<WeightsFolder> All(Func<string, string?> variable, string home)
    {
        var folders = new List<WeightsFolder>();
        if (variable(Variable) is { Length: > 0 } own)
        {
            folders.Add(new WeightsFolder(own, Variable));
        }

        if (TorchHome(variable, home) is { } torch)
        {
            folders.Add(new WeightsFolder(Path.Combine(torch, "hub", "checkpoints"), "PyTorch's cache"));
        }

        return folders;
    }

    // The rules of torch.hub.get_dir, on every platform: TORCH_HOME, else torch below XDG_CACHE_HOME, which is ~/.cache unless it is set.
    private static string? TorchHome(Func<string, string?> variable, string home)
    {
        if (variable("TORCH_HOME") is { Length: > 0 } torch)
        {
            return WithHome(torch, home);
        }

        if (variable("XDG_CACHE_HOME") is { Length: > 0 } cache)
        {
            return Path.Combine(WithHome(cache, home), "torch");
        }

        return home.Length > 0 ? Path.Combine(home, ".cache", "torch") : null;
    }

    // PyTorch expands these two itself, so a variable may hold a ~ that no shell has seen.
    private static string WithHome(string path, string home) =>
        path is "~" or ['~', '/', ..] || (path is ['~', var next, ..] && next == Path.DirectorySeparatorChar) ? home + path[1..] : path;
}
