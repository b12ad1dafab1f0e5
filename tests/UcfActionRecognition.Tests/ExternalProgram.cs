using System.Collections.Concurrent;
using System.Diagnostics;

namespace UcfActionRecognition.Tests;

/// <summary>Programs that some tests compare against; those tests are skipped, saying so, where the program is missing.</summary>
internal static class ExternalProgram
{
    private static readonly ConcurrentDictionary<string, Lazy<bool>> Answers = new();

    /// <summary>Runs a program and returns what it writes to standard output, as bytes.</summary>
    public static byte[] Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Ignore($"Needs the program '{program}' on the PATH.");
            throw;
        }

        using (process)
        {
            Task<string> error = process.StandardError.ReadToEndAsync();
            using var output = new MemoryStream();
            process.StandardOutput.BaseStream.CopyTo(output);
            process.WaitForExit();
            Assert.That(process.ExitCode, Is.Zero, () => $"{program} {string.Join(' ', arguments)}\n{error.Result}");
            return output.ToArray();
        }
    }

    /// <summary>Skips the test, saying so, unless a command that only asks whether something is there succeeds. Each command is asked once.</summary>
    public static void Require(string what, string program, params string[] arguments)
    {
        if (!Answers.GetOrAdd(string.Join('\n', [program, .. arguments]), _ => new Lazy<bool>(() => Succeeds(program, arguments))).Value)
        {
            Assert.Ignore($"Needs {what}.");
        }
    }

    private static bool Succeeds(string program, string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            using var process = Process.Start(start)!;
            Task<string> error = process.StandardError.ReadToEndAsync();
            process.StandardOutput.ReadToEnd();
            error.Wait();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
