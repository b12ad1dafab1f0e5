
namespace UcfActionRecognition.Benchmarks;

/// <summary>The network of a recipe of the assignment, as <c>measure step</c> and <c>measure evaluate</c> run it.</summary>
/// <param name="Name"><see cref="Frames"/> or <see cref="Clips"/>.</param>
/// <param name="Precision"><see cref="Float32"/> or <see cref="BFloat16"/>.</param>
/// <param name="Weights">A file of weights; the network is as initialised without.</param>
/// <param name="Threads">libtorch's threads; as the library leaves them without.</param>
/// <param name="Size">Side of the frames; the recipe's without.</param>
internal sealed record MeasuredNetwork(string Name, string Precision, string? Weights, int? Threads, int? Size)
{
    public const string Frames = "frames";
    public const string Clips = "clips";
    public const string Float32 = "float32";
    public const string BFloat16 = "bfloat16";

    private const int ClassCount = 101;

    /// <summary>The classes of UCF-101, as many.</summary>
    public static IReadOnlyList<string> Classes { get; } = [.. Enumerable.Range(1, ClassCount).Select(number => $"Class{number:D3}")];

    public Recipe Recipe
    {
        get
        {
            Recipe recipe = Name == Frames ? Recipe.SingleFrame.Assignment : Recipe.Sequence.Assignment;
            return recipe with { Network = recipe.Network with { Size = Size ?? recipe.Network.Size } };
        }
    }

    /// <summary>Loads libtorch and gives it its threads: before memory is counted.</summary>
    public void LoadTorch()
    {
        TorchRuntime.Load();
        if (Threads is { } threads)
        {
            TorchRuntime.Threads = threads;
        }
    }

    public ResNet Create(BatchNormMode batchNorm)
    {
        Recipe recipe = Recipe;
        ResNetOptions network = recipe.Network with
        {
            BatchNorm = batchNorm,
            Precision = Precision == BFloat16 ? UcfActionRecognition.Precision.BFloat16Backbone : UcfActionRecognition.Precision.Float32,
        };
        PretrainedWeights? weights = Weights is null ? null : PretrainedWeights.FromFile(Weights);
        return (recipe with { Network = network }).CreateModel(Classes, weights);
    }
}
