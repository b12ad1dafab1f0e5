namespace UcfActionRecognition;

/// <summary>Chooses among the classes of a data set's lists.</summary>
internal static class KeptClasses
{
    private const int Shown = 5;

    /// <summary>The classes to keep, in the order of the lists.</summary>
    /// <param name="all">The classes of the lists.</param>
    /// <param name="keep">Those that are kept, without regard to case; all where it is <see langword="null"/>.</param>
    /// <param name="path">Where they are listed.</param>
    /// <exception cref="DatasetFormatException">A class to keep is not listed, or none is given.</exception>
    public static string[] Of(IReadOnlyCollection<string> all, IReadOnlyList<string>? keep, string path)
    {
        if (keep is null)
        {
            return [.. all];
        }

        string[] unknown = [.. keep.Where(name => !all.Contains(name, StringComparer.OrdinalIgnoreCase))];
        return unknown.Length == 0 && keep.Count > 0
            ? [.. all.Where(name => keep.Contains(name, StringComparer.OrdinalIgnoreCase))]
            : throw new DatasetFormatException(
                $"The classes to keep must be among the {all.Count} of '{path}' ({Some(all)}); not there: {(unknown.Length > 0 ? Some(unknown) : "(none given)")}.");
    }

    private static string Some(IReadOnlyCollection<string> names) =>
        string.Join(", ", names.Take(Shown).Select(ErrorText.Shortened)) + (names.Count > Shown ? ", ..." : "");
}
