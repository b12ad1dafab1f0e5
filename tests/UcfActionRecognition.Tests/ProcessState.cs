using System.Globalization;

namespace UcfActionRecognition.Tests;

/// <summary>What this process holds of the system. Linux only.</summary>
internal static class ProcessState
{
    /// <summary>Files, pipes and sockets that are open, without the assemblies, which the runtime opens when they are first needed.</summary>
    public static int Handles => OpenFiles().Count(file => !file.Path.EndsWith(".dll", StringComparison.Ordinal));

    /// <summary>Handles and what they are of.</summary>
    public static IEnumerable<(int Handle, string Path)> OpenFiles()
    {
        foreach (string link in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            string? target = null;
            try
            {
                target = new FileInfo(link).LinkTarget;
            }
            catch (IOException)
            {
                // Closed since it was listed, by another thread.
            }

            if (target is not null)
            {
                yield return (int.Parse(Path.GetFileName(link), CultureInfo.InvariantCulture), target);
            }
        }
    }

    public static int Threads => Directory.EnumerateDirectories("/proc/self/task").Count();

    /// <summary>Workers of loaders that run.</summary>
    public static int LoaderThreads => Directory.EnumerateDirectories("/proc/self/task")
        .Count(task => ReadOrEmpty(Path.Combine(task, "comm")).StartsWith("Clip loader", StringComparison.Ordinal));

    /// <summary>Programs that this process started and that have not ended.</summary>
    public static int Children => Directory.EnumerateDirectories("/proc/self/task")
        .Sum(task => ReadOrEmpty(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries).Length);

    /// <summary>Resident memory, in bytes, after what is unused was given back.</summary>
    public static long Memory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        string line = File.ReadLines("/proc/self/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    // A thread or process may end while it is looked at.
    private static string ReadOrEmpty(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
