using System.Text.Json;

namespace UcfActionRecognition;

/// <summary>The groups that a model was trained on, as its checkpoint stores them: a sorted JSON array of their names.</summary>
internal static class TrainedGroupsJson
{
    public const string Key = "trained_groups";

    /// <summary>What all of a model's groups may take: three quarters of what a checkpoint's metadata may have, which has room then for classes and more.</summary>
    public const int MaximumCharacters = 12 << 20;

    /// <summary>Characters that a group takes in the array, with quotes and comma.</summary>
    public static int CharactersOf(string group) => JsonEncodedText.Encode(group).Value.Length + 3;

    public static string Write(IEnumerable<string> groups) =>
        JsonSerializer.Serialize([.. groups.Order(StringComparer.Ordinal)], ModelJson.Default.StringArray);

    /// <summary>The groups of a file of weights; none where it does not say.</summary>
    /// <exception cref="JsonException">The text is no array of texts.</exception>
    public static IReadOnlySet<string> Read(IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(Key, out string? json))
        {
            return new HashSet<string>();
        }

        try
        {
            string?[] groups = JsonSerializer.Deserialize(json, ModelJson.Default.StringArray) ?? throw new JsonException($"{Key} is null.");
            return groups.Contains(null)
                ? throw new JsonException($"{Key} has a group without a name.")
                : new HashSet<string>(groups!, StringComparer.Ordinal);
        }
        catch (InvalidOperationException failure)
        {
            throw new JsonException($"{Key} is not valid Unicode.", failure);
        }
    }
}
