using System.Diagnostics;

namespace UcfActionRecognition.Tests;

/// <summary>A disk of 1 MB or of another size, to be filled; the test is skipped, saying so, where none can be mounted.</summary>
internal sealed class SmallDisk : IDisposable
{
    /// <summary>What space is given out in.</summary>
    public const int BlockBytes = 4096;

    private const string Filler = "filler";

    private readonly TemporaryFolder _folder = new();

    /// <param name="megabytes">Its size.</param>
    /// <param name="files">How many files and folders it takes, itself included; any number by default.</param>
    public SmallDisk(int megabytes = 1, int? files = null)
    {
        if (OperatingSystem.IsLinux())
        {
            string options = files is null ? $"size={megabytes}m" : $"size={megabytes}m,nr_inodes={files}";
            using var mount = Process.Start(
                new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", options, "tmpfs", Path]) { RedirectStandardError = true })!;
            mount.WaitForExit();
            if (mount.ExitCode == 0)
            {
                return;
            }
        }

        _folder.Dispose();
        Assert.Ignore("Needs the right to mount a small disk (Linux, root).");
    }

    public string Path => _folder.Path;

    /// <summary>All files but the one that fills the disk.</summary>
    public string[] Files() => [.. _folder.Files().Where(file => file != Filler)];

    /// <summary>Fills the disk with a file until some blocks are left.</summary>
    public void FillUpTo(long blocksLeft)
    {
        using var filler = new FileStream(System.IO.Path.Combine(Path, Filler), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        long bytes = new DriveInfo(Path).AvailableFreeSpace - (blocksLeft * BlockBytes);
        byte[] zeros = new byte[BlockBytes * 16];
        for (long left = bytes; left > 0; left -= zeros.Length)
        {
            filler.Write(zeros, 0, (int)Math.Min(left, zeros.Length));
        }
    }

    public void Dispose()
    {
        ExternalProgram.Run("umount", Path);
        _folder.Dispose();
    }
}
