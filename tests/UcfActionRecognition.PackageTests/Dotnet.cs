using System.Diagnostics;

namespace UcfActionRecognition.PackageTests;

/// <summary>The .NET command line, as a user of the packages calls it.</summary>
internal static class Dotnet
{
    /// <summary>Runs it.</summary>
    /// <param name="folder">The working folder.</param>
    /// <param name="arguments">The arguments.</param>
    /// <returns>The exit code, and standard output and error.</returns>
    public static (int ExitCode, string Output) Run(string folder, params string[] arguments) => Run(folder, [], arguments);

    /// <inheritdoc cref="Run(string, string[])"/>
    /// <param name="folder">The working folder.</param>
    /// <param name="environment">Variables to set.</param>
    /// <param name="arguments">The arguments.</param>
    public static (int ExitCode, string Output) Run(string folder, (string Name, string Value)[] environment, params string[] arguments)
    {
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } path ? path : "dotnet";
        var start = new ProcessStartInfo(host, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en"; // the tests read what it says
        // It would win over the package folder of the projects' own nuget.config.
        start.Environment.Remove("NUGET_PACKAGES");
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }

    /// <summary>Runs it and expects success.</summary>
    /// <inheritdoc cref="Run(string, string[])"/>
    /// <returns>Standard output and error.</returns>
    public static string Succeed(string folder, params string[] arguments)
    {
        (int exitCode, string output) = Run(folder, arguments);
        return exitCode == 0 ? output : throw new InvalidOperationException($"dotnet {string.Join(' ', arguments)} ended with {exitCode}:\n{output}");
    }
}
