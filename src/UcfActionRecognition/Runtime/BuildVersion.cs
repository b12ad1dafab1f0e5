using System.Reflection;

namespace UcfActionRecognition;

/// <summary>Of which sources an assembly was built.</summary>
/// <param name="Version">The version, such as <c>0.1.0</c>.</param>
/// <param name="Commit">The commit; <see langword="null"/> of a build outside a clone.</param>
internal readonly record struct BuildVersion(string Version, string? Commit)
{
    /// <summary>What an assembly says of itself.</summary>
    public static BuildVersion Of(Assembly assembly) =>
        Parse(assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown");

    /// <summary>Takes <c>0.1.0+commit</c> apart, as the SDK writes it.</summary>
    public static BuildVersion Parse(string version) => version.Split('+', 2) is [var number, { Length: > 0 } commit]
        ? new BuildVersion(number, commit)
        : new BuildVersion(version, null);
}
