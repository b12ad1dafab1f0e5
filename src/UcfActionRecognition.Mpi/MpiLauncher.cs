using System.Globalization;

namespace UcfActionRecognition;

/// <summary>The program that started the processes, as far as their environment tells.</summary>
/// <param name="Name">What it is called in messages.</param>
/// <param name="Processes">How many it started.</param>
/// <param name="IsOpenMpi">Whether it is Open MPI's, or is MPICH's or like it; <see langword="null"/> where it may be either.</param>
internal sealed record MpiLauncher(string Name, int Processes, bool? IsOpenMpi)
{
    private static readonly (string Variable, string Name, bool? IsOpenMpi)[] Known =
    [
        ("OMPI_COMM_WORLD_SIZE", "Open MPI's mpirun", true),
        ("PMI_SIZE", "MPICH's mpirun", false),
        ("SLURM_STEP_NUM_TASKS", "srun", null),
    ];

    /// <summary>Finds the launcher; <see langword="null"/> for a process that was started by itself.</summary>
    public static MpiLauncher? Find(Func<string, string?> environment)
    {
        foreach ((string variable, string name, bool? isOpenMpi) in Known)
        {
            if (int.TryParse(environment(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int processes))
            {
                return new MpiLauncher($"{name} ({variable}={processes})", processes, isOpenMpi);
            }
        }

        return null;
    }
}
