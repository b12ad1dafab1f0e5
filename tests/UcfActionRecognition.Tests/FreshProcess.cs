using System.Diagnostics;

namespace UcfActionRecognition.Tests;

/// <summary>Runs programs with an environment of their own, for what can happen only once in a process.</summary>
internal static class FreshProcess
{
    /// <summary>Runs an action of <see cref="StartupHook"/> in a new process of this test assembly.</summary>
    /// <param name="action">The action's name.</param>
    /// <param name="folder">The folder that holds the program.</param>
    /// <param name="environment">Variables to set, or with null to take away.</param>
    /// <returns>The exit code, and standard output and error.</returns>
    public static (int ExitCode, string Output) RunAction(string action, string folder, params (string Name, string? Value)[] environment) =>
        Finish(StartAction(action, folder, environment));

    /// <summary>Starts an action as <see cref="RunAction"/> runs it; the caller waits for it or kills it.</summary>
    public static Process StartAction(string action, string folder, params (string Name, string? Value)[] environment)
    {
        string program = Path.Combine(folder, Path.GetFileName(typeof(FreshProcess).Assembly.Location));
        return Start(Dotnet, [program], [.. environment, ("UCF_TEST_ACTION", action), ("DOTNET_STARTUP_HOOKS", program)]);
    }

    /// <summary>Runs the .NET command line.</summary>
    public static (int ExitCode, string Output) RunDotnet(params string[] arguments) => Finish(Start(Dotnet, arguments, []));

    /// <summary>Runs a sample, in the configuration of the tests.</summary>
    public static (int ExitCode, string Output) RunSample(string name, params string[] arguments) => Finish(StartSample(name, arguments));

    /// <summary>Starts a sample as <see cref="RunSample"/> runs it; the caller waits for it or kills it.</summary>
    public static Process StartSample(string name, params string[] arguments) => StartSample(name, arguments, []);

    /// <summary>Starts a sample with variables of its own.</summary>
    public static Process StartSample(string name, string[] arguments, (string Name, string? Value)[] environment) =>
        StartProgram("samples", name, arguments, environment);

    /// <summary>Starts a sample as a terminal does: it and the programs that it starts are a group, and heed SIGINT whatever this process does. Linux only.</summary>
    public static Process StartSampleInItsOwnGroup(string name, params string[] arguments) =>
        Start("env", ["--default-signal=INT", "setsid", Dotnet, ProgramOf("samples", name), .. arguments], []);

    /// <summary>Runs the benchmarks' program, in the configuration of the tests.</summary>
    public static (int ExitCode, string Output) RunBenchmarks(params string[] arguments) =>
        Finish(StartProgram("benchmarks", "UcfActionRecognition.Benchmarks", arguments, []));

    /// <summary>Waits for a process.</summary>
    /// <returns>The exit code, and standard output and error.</returns>
    public static (int ExitCode, string Output) Finish(Process started)
    {
        using Process process = started;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }

    private static Process StartProgram(string folder, string name, string[] arguments, (string Name, string? Value)[] environment) =>
        Start(Dotnet, [ProgramOf(folder, name), .. arguments], environment);

    /// <summary>The path of a program of this repository, in the configuration of the tests.</summary>
    public static string ProgramOf(string folder, string name)
    {
        string target = Path.GetRelativePath(
            Path.Combine(Repository.Root, "tests", "UcfActionRecognition.Tests"), AppContext.BaseDirectory);
        return Path.Combine(Repository.Root, folder, name, target, name + ".dll");
    }

    /// <summary>The .NET host.</summary>
    public static string Dotnet =>
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } path ? path : "dotnet";

    /// <summary>Starts a program; the caller waits for it or kills it.</summary>
    /// <param name="program">Its name or path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables to set, or with null to take away.</param>
    public static Process Start(string program, string[] arguments, (string Name, string? Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            if (value is null)
            {
                start.Environment.Remove(name);
            }
            else
            {
                start.Environment[name] = value;
            }
        }

        return Process.Start(start)!;
    }
}
