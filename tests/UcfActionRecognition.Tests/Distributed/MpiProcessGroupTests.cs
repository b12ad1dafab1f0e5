using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace UcfActionRecognition.Tests.Distributed;

/// <summary>The group of the processes that a real <c>mpirun</c> started.</summary>
public sealed class MpiProcessGroupTests
{
    public const string Action = "mpi group";

    private const string CaseVariable = "UCF_TEST_CASE";

    /// <summary>What each rank does.</summary>
    public static void Check()
    {
        string what = Environment.GetEnvironmentVariable(CaseVariable)!;
        if (what == "no such root")
        {
            BroadcastFromARootThatIsNotThere();
            return;
        }

        int size = MpiProcessGroup.Run(group =>
        {
            switch (what)
            {
                case "fail alone" when group.Rank == 1:
                    throw new ActionRecognitionException("rank 1 has no data");
                case "fail alone":
                    group.AllReduceSum(new double[1]);
                    break;
                default:
                    Exchange(group);
                    break;
            }

            return group.Size;
        });
        Say($"done of {size}");
    }

    [TestCase("openmpi", 1)]
    [TestCase("openmpi", 2)]
    [TestCase("openmpi", 4)]
    [TestCase("mpich", 1)]
    [TestCase("mpich", 3)]
    public void Exchanges_GiveAllTheSame(string mpi, int ranks)
    {
        (int exitCode, string output) = Run(mpi, ranks, "exchange");
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Contains.Substring(mpi == "mpich" ? "MPICH" : "Open MPI"));

        // The launcher may put what two ranks write into one line.
        Assert.That(Regex.Count(output, $@"done of {ranks}\b"), Is.EqualTo(ranks), output);
        Assert.That(
            Regex.Matches(output, @"rank \d+, on its machine \d+").Select(match => match.Value).Order(StringComparer.Ordinal),
            Is.EqualTo(Enumerable.Range(0, ranks).Select(rank => $"rank {rank}, on its machine {rank}")), output);
    }

    [TestCase("openmpi")]
    [TestCase("mpich")]
    public void ARankThatFailsAloneOutsideAnyExchange_EndsTheJobWithItsReason(string mpi)
    {
        (int exitCode, string output) = Run(mpi, 3, "fail alone");
        Assert.That(exitCode, Is.Not.Zero, output);
        Assert.That(output, Contains.Substring("rank 1 has no data"));
        Assert.That(output, Does.Not.Contain("done"));
    }

    [Test]
    public void WithoutMpirun_TheGroupIsThisProcess()
    {
        MpiJob.Launcher("openmpi");
        (int exitCode, string output) = FreshProcess.RunAction(Action, AppContext.BaseDirectory, (CaseVariable, "exchange"));
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Contains.Substring("done of 1"));
    }

    [Test]
    public void AnotherMpiThanTheLaunchers_IsRefused()
    {
        MpiJob.Launcher("mpich");
        (int exitCode, string output) = Run("openmpi", 2, "exchange", ("UCF_MPI_LIBRARY", "libmpich.so.12"));
        Assert.That(exitCode, Is.Not.Zero, output);
        Assert.That(output, Contains.Substring("started 2 processes, but MPICH").And.Contains("UCF_MPI_LIBRARY"));
    }

    [Test]
    public void NoMpi_SaysWhatWasLookedFor()
    {
        (int exitCode, string output) = FreshProcess.RunAction(
            Action, AppContext.BaseDirectory, (CaseVariable, "exchange"), ("UCF_MPI_LIBRARY", "/nowhere/libmpi.so"));
        Assert.That(exitCode, Is.EqualTo(3), output);
        Assert.That(output, Contains.Substring("The MPI library '/nowhere/libmpi.so', which UCF_MPI_LIBRARY names, cannot be loaded: "));
    }

    [Test]
    public void ALibraryThatIsNoMpi_IsRefused()
    {
        (int exitCode, string output) = FreshProcess.RunAction(Action, AppContext.BaseDirectory, (CaseVariable, "exchange"), ("UCF_MPI_LIBRARY", "libm.so.6"));
        Assert.That(exitCode, Is.EqualTo(3), output);
        Assert.That(output, Contains.Substring("'libm.so.6' is no MPI library of version 3 or later"));
    }

    [TestCase("openmpi", "libmpi.so.40")]
    [TestCase("mpich", "libmpich.so.12")]
    public void AnErrorOfMpi_IsAnExceptionWithItsText(string mpi, string library)
    {
        MpiJob.Launcher(mpi);
        (int exitCode, string output) = FreshProcess.RunAction(
            Action, AppContext.BaseDirectory, (CaseVariable, "no such root"), ("UCF_MPI_LIBRARY", library));
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Does.Match(@"(?is)^MPI_Bcast failed: .*invalid root.* \(error \d+ of (Open MPI|MPICH).*\(" + Regex.Escape(library) + @"\)\)\."));
    }

    [Test]
    public void LoadFirst_NoneIsThere_SaysWhatWasLookedFor() => Assert.That(
        () => MpiLibrary.LoadFirst(["libnowhere.so.1", "libnowhere.so"]),
        Throws.TypeOf<ProcessGroupException>().With.Message.StartsWith("There is no MPI library; looked for libnowhere.so.1, libnowhere.so. Install Open MPI"));

    [TestCase("MPICH Version:\t4.0.2", true)]
    [TestCase("MVAPICH2 Version: 2.3.7", true)]
    [TestCase("Intel(R) MPI Library 2021.9 for Linux* OS", true)]
    [TestCase("HPE MPT 2.25", false)]
    public void Abi_IsKnownByWhatTheLibrarySays(string version, bool isKnown) => Assert.That(
        MpiAbi.Of(NativeLibrary.GetMainProgramHandle(), version), isKnown ? Has.Property("World").EqualTo((nint)0x44000000) : Is.Null);

    [Test]
    public void Names_WithoutALauncherOpenMpiIsFirst_AndMpichUnderItsOwn()
    {
        Assert.Multiple(() =>
        {
            Assert.That(MpiLauncher.Find(_ => null), Is.Null);
            Assert.That(MpiLauncher.Find(name => name == "OMPI_COMM_WORLD_SIZE" ? "8" : null), Is.EqualTo(new MpiLauncher("Open MPI's mpirun (OMPI_COMM_WORLD_SIZE=8)", 8, true)));
            Assert.That(MpiLauncher.Find(name => name == "PMI_SIZE" ? "4" : null), Is.EqualTo(new MpiLauncher("MPICH's mpirun (PMI_SIZE=4)", 4, false)));
            Assert.That(MpiLauncher.Find(name => name == "SLURM_STEP_NUM_TASKS" ? "16" : null), Is.EqualTo(new MpiLauncher("srun (SLURM_STEP_NUM_TASKS=16)", 16, null)));
        });
    }

    private static void BroadcastFromARootThatIsNotThere()
    {
        var mpi = MpiCalls.Start(Environment.GetEnvironmentVariable);
        var error = Assert.Throws<ProcessGroupException>(() => mpi.Broadcast(new byte[1], mpi.World().Size));
        Say(error!.Message);
        mpi.TryEnd(Timeout.InfiniteTimeSpan);
    }

    private static void Exchange(MpiProcessGroup group)
    {
        Say(group.Library);
        Say($"rank {group.Rank}, on its machine {group.LocalRank}");
        double[] sums = [group.Rank + 1, 0.5];
        group.AllReduceSum(sums);
        Assert.That(sums, Is.EqualTo(new[] { group.Size * (group.Size + 1) / 2.0, group.Size * 0.5 }));

        // More than goes through at once.
        float[] many = [.. Enumerable.Range(0, 3_000_000).Select(i => (float)((i % 7) + group.Rank))];
        group.AllReduceSum(many);
        int ranks = group.Size * (group.Size - 1) / 2;
        Assert.That(many.Select((sum, i) => sum == (group.Size * (i % 7)) + ranks), Is.All.True);

        byte[] bytes = group.Rank == group.Size - 1 ? [1, 2, 3] : new byte[3];
        group.Broadcast(bytes, group.Size - 1);
        group.Broadcast([], 0);
        Assert.That(bytes, Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(() => group.Broadcast([], group.Size), Throws.InstanceOf<ArgumentOutOfRangeException>());

        // MPI must not have taken the signals that .NET makes exceptions of.
        Assert.That(() => Length(null), Throws.InstanceOf<NullReferenceException>());
        Assert.That(() => 1 / (group.Rank - group.Rank), Throws.InstanceOf<DivideByZeroException>());
    }

    private static int Length(string? text) => text!.Length;

    private static (int ExitCode, string Output) Run(string mpi, int ranks, string what, params (string Name, string? Value)[] environment) =>
        MpiJob.Finish(MpiJob.StartAction(MpiJob.Launcher(mpi), ranks, Action, [(CaseVariable, what), .. environment]));

    // In one piece: the ranks' lines come to one pipe.
    private static void Say(string line)
    {
        Console.Out.Write(line + "\n");
        Console.Out.Flush();
    }
}
