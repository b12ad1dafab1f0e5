using System.Diagnostics;

namespace UcfActionRecognition.Tests.Files;

public class FolderLockTests
{
    public const string HoldAction = "hold a folder's lock";
    public const string RaceAction = "race for a folder's lock";
    private const string FolderVariable = "UCF_TEST_FOLDER";
    private const string CountVariable = "UCF_TEST_COUNT";

    private TemporaryFolder _folder = null!;

    /// <summary>What <see cref="HoldAction"/> does: tells that it holds the lock, until it is killed.</summary>
    public static void Hold()
    {
        using FolderLock held = FolderLock.Acquire(Environment.GetEnvironmentVariable(FolderVariable)!);
        Console.WriteLine("held");
        Thread.Sleep(Timeout.Infinite);
    }

    /// <summary>What <see cref="RaceAction"/> does: takes the lock again and again, and proves each time that nobody else has it.</summary>
    public static void Race()
    {
        string folder = Environment.GetEnvironmentVariable(FolderVariable)!;
        for (int left = int.Parse(Environment.GetEnvironmentVariable(CountVariable)!, null); left > 0;)
        {
            try
            {
                using FolderLock held = FolderLock.Acquire(folder);
                string alone = Path.Combine(folder, "alone");
                new FileStream(alone, FileMode.CreateNew).Dispose();
                Thread.Yield();
                File.Delete(alone);
                left--;
            }
            catch (ActionRecognitionException error) when (error.InnerException is null)
            {
                // Another one's turn.
                Thread.Yield();
            }
        }
    }

    [SetUp]
    public void CreateFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public void Acquire_MissingFolder_MakesItAndLeavesNoFile()
    {
        using (FolderLock.Acquire(_folder["new/run"]))
        {
            Assert.That(_folder.Files(), Is.EqualTo(new[] { "new/run/.lock" }));
        }

        Assert.That(_folder.Files(), Is.Empty);
        Assert.That(_folder["new/run"], Does.Exist);
    }

    [Test]
    public void Acquire_TwiceInAProcess_IsRefusedUntilTheFirstIsDisposed()
    {
        FolderLock first = FolderLock.Acquire(_folder.Path);
        Assert.That(
            () => FolderLock.Acquire(_folder.Path + Path.DirectorySeparatorChar),
            Throws.TypeOf<ActionRecognitionException>().With.Message.EqualTo(
                $"'{_folder.Path}{Path.DirectorySeparatorChar}' is being written by this same process (id {Environment.ProcessId}), " +
                "and two writers would mix their files. Let the first one finish, or choose another folder."));
        first.Dispose();
        using FolderLock second = FolderLock.Acquire(_folder.Path);
        first.Dispose();
        Assert.That(_folder.Files(), Is.EqualTo(new[] { ".lock" }), "disposing twice takes no other's lock");
    }

    [Test]
    public void Acquire_WhileAnotherProcessHolds_NamesItAndItsKillFrees()
    {
        using Process holder = Start(HoldAction);
        try
        {
            Assert.That(holder.StandardOutput.ReadLine(), Is.EqualTo("held"));
            Assert.That(
                () => FolderLock.Acquire(_folder.Path),
                Throws.TypeOf<ActionRecognitionException>().With.Message.EqualTo(
                    $"'{_folder.Path}' is being written by another process (id {holder.Id}), and two writers would mix their files. " +
                    "Wait until it ends, end it, or choose another folder."));
        }
        finally
        {
            // SIGKILL: no code of its own runs any more.
            holder.Kill();
            holder.WaitForExit();
        }

        Assert.That(_folder.Files(), Is.EqualTo(new[] { ".lock" }));
        FolderLock.Acquire(_folder.Path).Dispose();
        Assert.That(_folder.Files(), Is.Empty);
    }

    [Test]
    public void Acquire_EightProcessesRacing_OneHasItAtATime()
    {
        int each = Math.Max(25, Reliability.Repetitions(25) * 10);
        Process[] racers = [.. Enumerable.Range(0, 8).Select(_ => Start(RaceAction, (CountVariable, $"{each}")))];
        foreach (Process racer in racers)
        {
            string output = racer.StandardOutput.ReadToEnd();
            racer.WaitForExit();
            Assert.That(racer.ExitCode, Is.Zero, output);
            racer.Dispose();
        }

        Assert.That(_folder.Files(), Is.Empty);
    }

    [Test]
    public void Acquire_FileReplacedWhileHeld_DisposeLeavesTheOther()
    {
        FolderLock first = FolderLock.Acquire(_folder.Path);
        File.Delete(_folder[".lock"]);
        using FolderLock second = FolderLock.Acquire(_folder.Path);
        first.Dispose();
        Assert.That(() => FolderLock.Acquire(_folder.Path), Throws.TypeOf<ActionRecognitionException>().With.Message.Contains("is being written by this same process"));
    }

    [Test]
    public void Acquire_FolderThatCannotBeWrittenTo_SaysSo()
    {
        UnprivilegedThread.Run(() => Assert.That(
            () => FolderLock.Acquire("/usr/lib"),
            Throws.TypeOf<ActionRecognitionException>().With.Message.StartsWith("'/usr/lib' cannot be locked for writing: Access to the path '/usr/lib/.lock' is denied.")
                .And.Message.EndsWith("Choose a folder that this user can write to, on a disk with space left.")));
    }

    [Test]
    public void Acquire_FolderIsAFile_SaysSo()
    {
        File.WriteAllText(_folder["run"], "");
        Assert.That(
            () => FolderLock.Acquire(_folder["run"]),
            Throws.TypeOf<ActionRecognitionException>().With.Message.StartsWith($"'{_folder["run"]}' cannot be locked for writing: "));
    }

    [Test]
    public void Acquire_LockIsALink_LeavesItsTarget()
    {
        File.WriteAllText(_folder["precious.txt"], "kept");
        File.CreateSymbolicLink(_folder[".lock"], "precious.txt");
        Assert.That(
            () => FolderLock.Acquire(_folder.Path),
            Throws.TypeOf<ActionRecognitionException>().With.Message.Contains($"'{_folder[".lock"]}' is a link to 'precious.txt'; delete the link."));
        Assert.That(File.ReadAllText(_folder["precious.txt"]), Is.EqualTo("kept"));
    }

    [Test]
    public void Acquire_ShardsOfOneNumber_TogetherAndEachOnce()
    {
        using FolderLock first = FolderLock.Acquire(_folder.Path, new Shard(0, 4));
        using (FolderLock.Acquire(_folder.Path, new Shard(1, 4)))
        {
            Assert.That(_folder.Files(), Is.EqualTo(new[] { ".lock-1-of-4", ".lock-2-of-4" }));
            Assert.That(
                () => FolderLock.Acquire(_folder.Path, new Shard(1, 4)),
                Throws.TypeOf<ActionRecognitionException>().With.Message.EqualTo(
                    $"Shard 2/4 of '{_folder.Path}' is being written by this same process (id {Environment.ProcessId}), and two writers would mix their files. " +
                    "Let the first one finish, or choose another folder."));
        }

        Assert.That(_folder.Files(), Is.EqualTo(new[] { ".lock-1-of-4" }));
    }

    [TestCase("1/4", "1/1", "Shard 1/4 of '")]
    [TestCase("1/1", "1/4", "'")]
    [TestCase("1/4", "2/2", "Shard 1/4 of '")]
    public void Acquire_OtherNumbersOfShards_AreRefusedUntilTheFirstIsDisposed(string held, string refused, string message)
    {
        using (FolderLock.Acquire(_folder.Path, Shard.Parse(held)))
        {
            Assert.That(
                () => FolderLock.Acquire(_folder.Path, Shard.Parse(refused)),
                Throws.TypeOf<ActionRecognitionException>().With.Message.StartsWith($"{message}{_folder.Path}' is being written by this same process"));
            Assert.That(_folder.Files(), Has.Length.EqualTo(1), "who is refused leaves nothing");
            Assert.That(FolderLock.IsHeld(_folder.Path), Is.True);
        }

        FolderLock.Acquire(_folder.Path, Shard.Parse(refused)).Dispose();
        Assert.That(FolderLock.IsHeld(_folder.Path), Is.False);
    }

    [Test]
    public void Acquire_ThreadsRacingForShardsOfAnyNumber_NeverHaveTwoNumbersOrOneShardTwice()
    {
        Shard[] shards = [new(0, 1), new(0, 2), new(1, 2), new(0, 3), new(2, 3)];
        int[] holders = new int[shards.Length];
        (int taken, int wrong) = (0, 0);
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, thread =>
        {
            var random = new Random(thread);
            for (int attempt = 0; attempt < 100; attempt++)
            {
                int chosen = random.Next(shards.Length);
                try
                {
                    using FolderLock held = FolderLock.Acquire(_folder.Path, shards[chosen]);
                    bool isTwice = Interlocked.Increment(ref holders[chosen]) > 1;
                    Thread.Yield();
                    bool isMixed = Enumerable.Range(0, shards.Length).Any(other => shards[other].Count != shards[chosen].Count && Volatile.Read(ref holders[other]) > 0);
                    Interlocked.Add(ref wrong, isTwice || isMixed ? 1 : 0);
                    Interlocked.Decrement(ref holders[chosen]);
                    Interlocked.Increment(ref taken);
                }
                catch (ActionRecognitionException error) when (error.InnerException is null)
                {
                    Thread.Yield();
                }
            }
        });
        Assert.That((wrong, taken > 0), Is.EqualTo((0, true)));
        Assert.That(_folder.Files(), Is.Empty);
    }

    // As a killed process leaves them.
    [Test]
    public void Acquire_FilesThatNobodyHolds_AreNoLocks()
    {
        string[] files = [".lock", ".lock-1-of-2", ".lock-1-of-4", ".lock-5-of-4", ".locksmith", ".lock-turn"];
        Array.ForEach(files, file => File.WriteAllText(_folder[file], $"{Environment.ProcessId} 0 elsewhere\n"));
        using (FolderLock.Acquire(_folder.Path, new Shard(0, 4)))
        using (FolderLock.Acquire(_folder.Path, new Shard(1, 4)))
        {
            FolderLock.AwaitTurn(_folder.Path, CancellationToken.None).Dispose();
        }

        Assert.That(_folder.Files(), Is.EqualTo(new[] { ".lock", ".lock-1-of-2", ".lock-5-of-4", ".locksmith" }));
    }

    [Test]
    public void Acquire_HolderOnAnotherMachine_NamesIt()
    {
        using var held = new FileStream(_folder[".lock-1-of-4"], FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        held.Write("4711 0 node07\n"u8);
        Assert.That(
            () => FolderLock.Acquire(_folder.Path, new Shard(0, 4)),
            Throws.TypeOf<ActionRecognitionException>().With.Message.Contains("is being written by another process (id 4711 on node07), and"));
    }

    [Test]
    public void AwaitTurn_OfManyThreads_IsOneAtATime()
    {
        int inside = 0;
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            using FolderLock turn = FolderLock.AwaitTurn(_folder.Path, CancellationToken.None);
            Assert.That(Interlocked.Increment(ref inside), Is.EqualTo(1));
            Thread.Yield();
            Interlocked.Decrement(ref inside);
        });
        Assert.That(_folder.Files(), Is.Empty);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.That(() => FolderLock.AwaitTurn(_folder.Path, cancelled.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    private Process Start(string action, params (string Name, string? Value)[] environment) =>
        FreshProcess.StartAction(action, AppContext.BaseDirectory, [.. environment, (FolderVariable, _folder.Path)]);
}
