using System.Diagnostics;
using System.Globalization;

namespace UcfActionRecognition.Tests.Fuzzing;

/// <summary>
/// The process that reads mutants. It says on standard output, in lines of fields between tabs, which one it begins and what came of it, so that the one who
/// watches knows which one it died of.
/// </summary>
internal static class FuzzChild
{
    public const string Action = "fuzz";
    public const string Target = "UCF_FUZZ_TARGET";
    public const string First = "UCF_FUZZ_FIRST";
    public const string End = "UCF_FUZZ_END";
    public const string Folder = "UCF_FUZZ_FOLDER";

    /// <summary>The folder below <see cref="Folder"/> that holds the mutant which is being read.</summary>
    public const string Mutant = "mutant";

    // 20 bad lines of a list, or what ffmpeg says.
    private const int MostMessage = 12_000;

    public static void Run()
    {
        string folder = Variable(Folder);
        using FuzzTarget target = FuzzTarget.All[Variable(Target)]();
        target.Prepare(folder);
        int end = Number(Variable(End));
        for (int number = Number(Variable(First)); number < end; number++)
        {
            Say("begin", number);
            string mutant = Path.Combine(folder, Mutant);
            Write(mutant, target.Make(number));
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            Exception? error = Try(() => target.Read(mutant, number));
            TimeSpan time = Stopwatch.GetElapsedTime(start);
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            (FuzzOutcome outcome, string detail) = Judge(target, number, error, allocated);
            Say("end", number, outcome, (long)time.TotalMilliseconds, PeakBytes(), allocated, detail);
        }

        if (Try(target.Dispose) is { } left)
        {
            Say("end", end - 1, FuzzOutcome.Wrong, 0, PeakBytes(), 0, OneLine(left.ToString()));
        }
    }

    private static (FuzzOutcome Outcome, string Detail) Judge(FuzzTarget target, int number, Exception? error, long allocated)
    {
        string? wrong = error switch
        {
            null => null,
            _ when !target.IsDocumented(error) => $"threw {error}",
            _ when number < target.Seeds => $"refused a good file: {error}",
            _ when HasCause<OutOfMemoryException>(error) => $"found the lack of memory only by running into it: {error}",
            _ when error.Message.Length > MostMessage => $"has a message of {error.Message.Length} characters",
            _ when error.Message.Any(letter => char.IsControl(letter) && letter is not ('\r' or '\n' or '\t')) =>
                $"has control characters in its message: {error.Message}",
            _ => null,
        };
        wrong ??= allocated > target.AllocatedBytes ? $"allocated {allocated} bytes: {error?.ToString() ?? "read"}" : null;
        return wrong is not null ? (FuzzOutcome.Wrong, OneLine(wrong))
            : error is null ? (FuzzOutcome.Read, "")
            : (FuzzOutcome.Refused, error.GetType().Name);
    }

    private static bool HasCause<T>(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            if (error is T)
            {
                return true;
            }
        }

        return false;
    }

    private static void Write(string folder, IReadOnlyList<FuzzFile> files)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        foreach (FuzzFile file in files)
        {
            string path = Path.Combine(folder, file.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, file.Content);
        }
    }

    private static Exception? Try(Action read)
    {
        try
        {
            read();
            return null;
        }
#pragma warning disable CA1031 // Which exceptions come out is the question.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return error;
        }
    }

    private static long PeakBytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    private static void Say(params object[] fields) =>
        Console.Out.WriteLine(string.Join('\t', fields.Select(field => Convert.ToString(field, CultureInfo.InvariantCulture))));

    private static string OneLine(string text) => text.ReplaceLineEndings(" | ").Replace('\t', ' ').Replace('\0', '?');

    private static string Variable(string name) => Environment.GetEnvironmentVariable(name)!;

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
