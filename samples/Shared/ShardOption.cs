using System.CommandLine;

namespace UcfActionRecognition.Samples;

/// <summary><c>--shard 2/4</c></summary>
internal static class ShardOption
{
    private const string Auto = "auto";

    /// <param name="does">What a program does with its part of the videos.</param>
    public static Option<string?> Create(string does) => new("--shard")
    {
        Description = $"{does} 2/4 is the second part of four; {Auto} takes the number that an indexed job of Kubernetes (with JOB_COMPLETIONS in its env), a job array of "
            + "Slurm, srun or mpirun gives this process.",
        Recursive = true,
    };

    /// <returns>The shard; <see langword="null"/> where none was asked for.</returns>
    /// <exception cref="ArgumentException">The text is no shard.</exception>
    /// <exception cref="ActionRecognitionException">The environment does not say which one this process is.</exception>
    public static Shard? Get(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) switch
    {
        null => null,
        Auto => Shard.FromEnvironment(),
        var text => Shard.Parse(text),
    };
}
