using System.Diagnostics;
using System.Globalization;

namespace UcfActionRecognition.Tests.Distributed;

/// <summary>Starts programs by <c>mpirun</c>, several ranks on this machine. The tests run as root and on fewer cores than ranks, which both launchers have to be told.</summary>
internal static class MpiJob
{
    private static readonly (string Name, string Value)[] Environment =
    [
        // Open MPI's mpirun refuses root without both.
        ("OMPI_ALLOW_RUN_AS_ROOT", "1"),
        ("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"),
        ("OMPI_MCA_rmaps_base_oversubscribe", "1"),

        // One core to each rank would be what the launcher does by itself, where there are enough.
        ("OMPI_MCA_hwloc_base_binding_policy", "none"),
    ];

    /// <summary>Skips the test, saying so, where there is no such launcher.</summary>
    public static string Launcher(string mpi)
    {
        string launcher = $"mpirun.{mpi}";
        ExternalProgram.Require($"{mpi} ({launcher})", launcher, "--version");
        return launcher;
    }

    /// <summary>Starts an action of <see cref="StartupHook"/> in several processes.</summary>
    public static Process StartAction(string launcher, int ranks, string action, params (string Name, string? Value)[] environment)
    {
        string program = typeof(MpiJob).Assembly.Location;
        return FreshProcess.Start(
            launcher, [.. Arguments(ranks), program],
            [.. Environment, .. environment, ("UCF_TEST_ACTION", action), ("DOTNET_STARTUP_HOOKS", program)]);
    }

    /// <summary>Starts a sample in several processes.</summary>
    public static Process StartSample(int ranks, string name, params string[] arguments) => FreshProcess.Start(
        Launcher("openmpi"), [.. Arguments(ranks), FreshProcess.ProgramOf("samples", name), .. arguments], [.. Environment]);

    /// <summary>Waits for a job. One that hangs, which is what may go wrong here, is ended and fails the test.</summary>
    /// <returns>The exit code, and standard output and error.</returns>
    public static (int ExitCode, string Output) Finish(Process job)
    {
        bool hangs = false;
        using var watch = new Timer(_ =>
        {
            hangs = true;
            job.Kill(entireProcessTree: true);
        });
        watch.Change(TimeSpan.FromMinutes(2), Timeout.InfiniteTimeSpan);
        (int ExitCode, string Output) end = FreshProcess.Finish(job);
        Assert.That(hangs, Is.False, () => $"The job hung.\n{end.Output}");
        return end;
    }

    /// <summary>The ids of a launcher's ranks.</summary>
    public static int[] RanksOf(Process launcher) =>
        [.. File.ReadAllText($"/proc/{launcher.Id}/task/{launcher.Id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(id => int.Parse(id, CultureInfo.InvariantCulture))];

    private static string[] Arguments(int ranks) => ["-n", ranks.ToString(CultureInfo.InvariantCulture), FreshProcess.Dotnet];
}
