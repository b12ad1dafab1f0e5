using System.Globalization;

namespace UcfActionRecognition;

/// <summary>
/// The right to write to a folder, which one holder has at a time, within a process and between processes; or all shards of a work together, one holder
/// each. The system takes it back when the process ends, however it ends.
/// </summary>
/// <remarks>
/// A lock on the file <c>.lock</c> in the folder, or <c>.lock-2-of-4</c> of a shard. Who has taken it looks for locks of another number of shards, so of
/// two that must not be together at least one sees the other and gives way. Between machines it holds as far as the file system passes locks (flock)
/// on: NFS does, Lustre where it is mounted with <c>flock</c>.
/// </remarks>
internal sealed class FolderLock : IDisposable
{
    private const string Name = ".lock";
    private const string TurnName = ".lock-turn";
    private const int Attempts = 50;

    // Who looks whether a lock is held keeps it from being taken for that moment.
    private const int Glimpses = 3;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly LockFile _file;

    private FolderLock(LockFile file) => _file = file;

    /// <summary>Makes the folder where it is missing, and locks it.</summary>
    /// <exception cref="ActionRecognitionException">Another holder has it, or the folder cannot be written to; the message says which.</exception>
    public static FolderLock Acquire(string folder) => Acquire(folder, Shard.Whole);

    /// <summary>Makes the folder where it is missing, and locks it for one shard; the other shards of as many may have theirs.</summary>
    /// <exception cref="ActionRecognitionException">
    /// Another holder has this shard, or one of another number of shards; or the folder cannot be written to. The message says which.
    /// </exception>
    public static FolderLock Acquire(string folder, Shard shard) => In(folder, full =>
    {
        var taken = new FolderLock(Take(full, shard));
        try
        {
            (Shard Shard, string Path)[] others = [.. Held(full).Where(other => other.Shard.Count != shard.Count)];
            return others.Length == 0 ? taken : throw InUse(full, others[0].Shard, LockFile.ReadHolder(others[0].Path));
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    });

    /// <summary>Waits for a lock beside those, which holders take in turn for what only one of them may do at a time.</summary>
    /// <exception cref="ActionRecognitionException">The folder cannot be written to.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public static FolderLock AwaitTurn(string folder, CancellationToken cancel) => In(folder, full =>
    {
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            if (LockFile.TryTake(Path.Combine(full, TurnName)) is { } taken)
            {
                return new FolderLock(taken);
            }

            cancel.WaitHandle.WaitOne(Pause);
        }
    });

    /// <summary>Whether anyone has the folder, or a shard of it.</summary>
    public static bool IsHeld(string folder) => Held(Path.GetFullPath(folder)).Any();

    /// <summary>Gives the right back.</summary>
    public void Dispose() => _file.Dispose();

    private static FolderLock In(string folder, Func<string, FolderLock> acquire)
    {
        string full = Path.GetFullPath(folder);
        try
        {
            Directory.CreateDirectory(full);
            return acquire(full);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ActionRecognitionException(
                $"'{full}' cannot be locked for writing: {error.Message} Choose a folder that this user can write to, on a disk with space left.", error);
        }
    }

    private static LockFile Take(string folder, Shard shard)
    {
        string path = Path.Combine(folder, NameOf(shard));
        for (int attempt = 1; ; attempt++)
        {
            if (LockFile.TryTake(path) is { } taken)
            {
                return taken;
            }

            (string, string)? holder = LockFile.ReadHolder(path);
            if (attempt == Attempts || (attempt > Glimpses && holder is not null))
            {
                throw InUse(folder, shard, holder);
            }

            Thread.Sleep(1 + (attempt / 5));
        }
    }

    private static string NameOf(Shard shard) => shard == Shard.Whole ? Name : $"{Name}-{shard.ToString().Replace("/", "-of-", StringComparison.Ordinal)}";

    private static IEnumerable<(Shard Shard, string Path)> Held(string folder) =>
        from path in Directory.EnumerateFiles(folder, Name + "*")
        let shard = ShardOf(Path.GetFileName(path))
        where shard is not null && LockFile.IsHeld(path)
        select (shard.Value, path);

    private static Shard? ShardOf(string name)
    {
        if (name == Name)
        {
            return Shard.Whole;
        }

        try
        {
            return name == TurnName ? null : Shard.Parse(name[(Name.Length + 1)..].Replace("-of-", "/", StringComparison.Ordinal));
        }
        catch (ArgumentException)
        {
            // Some other file that begins like ours.
            return null;
        }
    }

    private static ActionRecognitionException InUse(string folder, Shard shard, (string Process, string Machine)? holder)
    {
        (string process, string machine) = holder ?? ("unknown", Environment.MachineName);
        string what = shard == Shard.Whole ? $"'{folder}'" : $"Shard {shard} of '{folder}'";
        bool isHere = machine == Environment.MachineName;
        return new ActionRecognitionException(isHere && process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture)
            ? $"{what} is being written by this same process (id {process}), and two writers would mix their files. " +
                "Let the first one finish, or choose another folder."
            : $"{what} is being written by another process (id {process}{(isHere ? "" : $" on {machine}")}), and two writers would mix their files. " +
                "Wait until it ends, end it, or choose another folder.");
    }
}
