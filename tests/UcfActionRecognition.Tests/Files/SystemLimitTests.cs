using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace UcfActionRecognition.Tests.Files;

public partial class SystemLimitTests
{
    public const string Action = "too many open files";

    private const int OpenFiles = 7; // RLIMIT_NOFILE of Linux
    private const ulong Most = 256;

    [Test]
    [Platform("Linux")]
    public void Open_TooManyFilesAreOpen_SaysSoAndWhatToDo()
    {
        ExternalProgram.Require("the ffmpeg program", "ffmpeg", "-version");
        (int exitCode, string output) = FreshProcess.RunAction(Action, AppContext.BaseDirectory);
        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.Zero, output);
            Assert.That(output, Does.Match(
                "Cannot start 'ffmpeg': .*Too many open files.* The system refuses another process or file. Take fewer Workers of a ClipLoader, .*ulimit -n"));
            Assert.That(output, Does.Match(
                "Cannot open the HDF5 video '.*b.hdf5': .* Too many files are open: lower Hdf5VideoClipSourceOptions.MaxOpenFiles, or raise the limit .ulimit -n.."));
            Assert.That(output, Does.Not.Contain("apt-get").And.Not.Contains("may read"));
        });
    }

    /// <summary>Opens a source and a video while no file can be opened, and prints the errors.</summary>
    public static void PrintErrors()
    {
        using var folder = new TemporaryFolder();
        foreach (string video in new[] { "a", "b" })
        {
            Hdf5VideoWriter.Write(folder[video + ".hdf5"], 4, 5, new byte[2 * 4 * 5 * 3]);
        }

        // What is loaded at the first use is loaded before.
        using var source = new Hdf5VideoClipSource(folder.Path);
        source.Open("a").Dispose();
        new FFmpegVideoClipSource(folder.Path).Dispose();
        _ = ErrorOf(() => source.Open("none"));
        _ = ErrorOf(() => new FFmpegVideoClipSource(folder.Path, new() { FFmpegPath = "no-such-ffmpeg" }));
        Assert.That(SetLimit(OpenFiles, [Most, Most]), Is.Zero);
        List<SafeFileHandle> open = [];
        List<string> errors = [];
        try
        {
            while (true)
            {
                open.Add(File.OpenHandle("/dev/null"));
            }
        }
        catch (IOException)
        {
            errors.Add(ErrorOf(() => source.Open("b")));
            errors.Add(ErrorOf(() => new FFmpegVideoClipSource(folder.Path)));
        }

        // Writing takes a file, too.
        open.ForEach(file => file.Dispose());
        errors.ForEach(Console.WriteLine);
    }

    private static string ErrorOf(Func<object> open)
    {
        try
        {
            return $"{open()}";
        }
        catch (ActionRecognitionException error)
        {
            return error.Message;
        }
    }

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, ulong[] softAndHard);
}
