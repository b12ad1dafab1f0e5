using System.Diagnostics;

namespace UcfActionRecognition.Tests;

/// <summary>A disk of 1 MB, to be filled; the test is skipped, saying so, where none can be mounted.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SmallDisk()
    {
        if (OperatingSystem.IsLinux())
        {
            using var mount = Process.Start(new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", Path]) { RedirectStandardError = true })!;
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

    public string[] Files() => _folder.Files();

    public void Dispose()
    {
        ExternalProgram.Run("umount", Path);
        _folder.Dispose();
    }
}
