using System.CommandLine;

namespace UcfActionRecognition.Samples.Assignment;

/// <summary><c>--recipe recommended</c></summary>
internal static class RecipeOption
{
    public static readonly Option<string?> Name = new("--recipe")
    {
        Description = "Recipe: assignment, recommended, or a file that the verb recipe wrote. Default: assignment; evaluate takes the one that was trained by.",
        Recursive = true,
    };

    /// <summary>The recipe that was asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="recipes">The part's recipes.</param>
    /// <param name="unit">What the part's model takes one of: <c>frame</c> or <c>clip</c>.</param>
    /// <param name="trainedIn">The folder of the training that is evaluated; its test goes with its recipe. <see langword="null"/> to train.</param>
    /// <exception cref="ArgumentException">There is no such recipe, or it is of the other part.</exception>
    public static Recipe Get(ParseResult parsed, IReadOnlyList<Recipe> recipes, string unit, string? trainedIn) =>
        Find(parsed.GetValue(Name) ?? Default(recipes, trainedIn), recipes, unit);

    private static string Default(IReadOnlyList<Recipe> recipes, string? trainedIn)
    {
        string path = Path.Combine(trainedIn ?? "", Trainer.LastCheckpoint);
        string? trained = trainedIn is not null && File.Exists(path) ? ModelCheckpoint.ReadInfo(path).Metadata.GetValueOrDefault("recipe") : null;
        return recipes.FirstOrDefault(recipe => recipe.Name == trained)?.Name ?? recipes[0].Name;
    }

    private static Recipe Find(string nameOrPath, IReadOnlyList<Recipe> recipes, string unit)
    {
        if (recipes.FirstOrDefault(recipe => recipe.Name == nameOrPath) is { } known)
        {
            return known;
        }

        if (!File.Exists(nameOrPath))
        {
            throw new ArgumentException($"There is no recipe '{nameOrPath}'. Recipes: {string.Join(", ", recipes.Select(recipe => recipe.Name))}, or a file.");
        }

        var read = Recipe.FromJson(File.ReadAllText(nameOrPath));
        return read.Network.GetType() == recipes[0].Network.GetType()
            ? read
            : throw new ArgumentException($"The recipe in '{nameOrPath}' is for {read.Network.GetType().Name}; this part trains a model of {unit}s.");
    }
}
