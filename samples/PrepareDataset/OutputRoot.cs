namespace UcfActionRecognition.Samples.Prepare;

/// <summary>The root that one process converts videos into, alone or beside the other shards.</summary>
internal sealed class OutputRoot : IDisposable
{
    private readonly string _path;
    private readonly string _folder;
    private readonly StoredForm _form;
    private readonly FolderLock _own;

    /// <summary>Locks the root.</summary>
    /// <exception cref="ActionRecognitionException">Another process has it or this shard of it, or it holds another form.</exception>
    public OutputRoot(string path, StoredForm form, Shard shard)
    {
        (_path, _folder, _form) = (path, Path.Combine(path, form.Folder), form);
        _own = FolderLock.Acquire(path, shard);
        try
        {
            InTurn(() => form.CheckFolder(_folder, converts: true), ConsoleProgram.Cancellation);
        }
        catch
        {
            _own.Dispose();
            throw;
        }
    }

    /// <summary>Copies the split lists and notes what the videos' folder is going to hold.</summary>
    /// <param name="data">The root that holds the lists.</param>
    /// <param name="hasVideos">Whether there are videos to come.</param>
    public void Begin(string data, bool hasVideos) => InTurn(
        () =>
        {
            // Another shard, of other settings perhaps, may have begun it meanwhile.
            _form.CheckFolder(_folder, converts: true);
            CopyLists(data);
            if (hasVideos)
            {
                _form.MarkFolder(_folder);
            }
        },
        ConsoleProgram.Cancellation);

    /// <summary>Gives the root back, of which this process has used nothing. What the last one leaves empty is deleted.</summary>
    public void EndUnused() => InTurn(
        () =>
        {
            // A shard that is still at work may be about to write the first file.
            _own.Dispose();
            if (!FolderLock.IsHeld(_path))
            {
                _form.UnmarkEmptyFolder(_folder);
            }
        },
        CancellationToken.None);

    /// <summary>Gives the root back.</summary>
    public void Dispose() => _own.Dispose();

    private void InTurn(Action work, CancellationToken cancel)
    {
        using FolderLock turn = FolderLock.AwaitTurn(_path, cancel);
        work();
    }

    private void CopyLists(string data)
    {
        string from = Path.Combine(data, Ucf101.ListFolder);
        string to = Path.Combine(_path, Ucf101.ListFolder);
        if (!Directory.Exists(from) || Directory.Exists(to))
        {
            return;
        }

        // Whole or not at all: a part of the lists would pass for all of them.
        string temporary = to + ".tmp";
        Directory.CreateDirectory(temporary);
        foreach (string list in Directory.EnumerateFiles(from, "*.txt"))
        {
            File.Copy(list, Path.Combine(temporary, Path.GetFileName(list)), overwrite: true);
        }

        Directory.Move(temporary, to);
    }
}
