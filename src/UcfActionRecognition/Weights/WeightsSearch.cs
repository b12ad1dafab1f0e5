namespace UcfActionRecognition;

/// <summary>Finds files of weights on this machine.</summary>
internal static class WeightsSearch
{
    /// <summary>Finds a file by its path, else by its name in the folders.</summary>
    /// <exception cref="WeightsUnavailableException">There is no such file.</exception>
    /// <exception cref="WeightsFormatException">The file that was found is broken, or not the one that was published by its name.</exception>
    public static PretrainedWeights Find(string nameOrPath, IReadOnlyList<WeightsFolder> folders)
    {
        if (File.Exists(nameOrPath))
        {
            return PretrainedWeights.FromFile(nameOrPath, KnownWeights.OfFile(Path.GetFileName(nameOrPath)));
        }

        var known = KnownWeights.Find(nameOrPath);
        string name = known?.FileName ?? nameOrPath;
        string? found = Path.GetFileName(name) == name
            ? folders.Select(folder => Path.Combine(folder.Path, name)).FirstOrDefault(File.Exists)
            : null;
        return found is not null
            ? PretrainedWeights.FromFile(found, known)
            : throw new WeightsUnavailableException(known, known is null ? Unknown(nameOrPath, folders) : Missing(known, folders));
    }

    private static string Missing(KnownWeights known, IReadOnlyList<WeightsFolder> folders) =>
        $"{known.Name}: {known.File} is not on this machine. Looked in: {List(folders)}. Put it there, or give its path: {known.HowToGet}.";

    private static string Unknown(string name, IReadOnlyList<WeightsFolder> folders) =>
        $"{name}: neither a file, nor one in {List(folders)}, nor a known name. "
        + $"Known names: {string.Join(", ", KnownWeights.All.Select(known => known.Name))}.";

    private static string List(IReadOnlyList<WeightsFolder> folders)
    {
        string list = string.Join(", ", folders.Select(folder => $"{folder.Path} ({folder.Origin})"));
        return folders.Any(folder => folder.Origin == WeightsFolders.Variable)
            ? list
            : $"{list}{(list.Length > 0 ? "; " : "")}{WeightsFolders.Variable} is not set";
    }
}
