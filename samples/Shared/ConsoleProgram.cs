using System.CommandLine;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Spectre.Console;

namespace UcfActionRecognition.Samples;

/// <summary>What all samples do around their work: parse, stop on Ctrl+C, report errors in words, log to standard error.</summary>
internal static class ConsoleProgram
{
    private const int Failed = 1;
    private const int Cancelled = 130;

    // Its number, as .NET has no name for it.
    private static readonly PosixSignal User1 = (PosixSignal)(OperatingSystem.IsMacOS() ? 30 : 10);

    private static readonly CancellationTokenSource Stop = new();

    /// <summary>Cancelled by Ctrl+C, SIGTERM or SIGUSR1; a second one ends the program at once.</summary>
    public static CancellationToken Cancellation => Stop.Token;

    public static int Run(RootCommand command, string[] args)
    {
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = !Stop.IsCancellationRequested;
            Stop.Cancel();
        };

        // What a batch system sends before its time limit; SIGUSR1 is what mpirun hands on to its ranks.
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, StopOn);
        using PosixSignalRegistration? user = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(User1, StopOn);
        try
        {
            return command.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception error) when (error is ActionRecognitionException or ArgumentException or IOException or UnauthorizedAccessException or ExternalException)
        {
            Console.Error.WriteLine($"Error: {error.Message}");
            return Failed;
        }
        catch (OperationCanceledException error)
        {
            Console.Error.WriteLine(Cancellation.IsCancellationRequested ? "Stopped." : error.Message);
            return Cancelled;
        }
    }

    private static void StopOn(PosixSignalContext signal)
    {
        signal.Cancel = !Stop.IsCancellationRequested;
        Stop.Cancel();
    }

    /// <summary>Warnings and errors of the library, one line each, to standard error.</summary>
    public static ILoggerFactory CreateLoggerFactory() => LoggerFactory.Create(logging => logging
        .SetMinimumLevel(LogLevel.Warning)
        .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
        .AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.ColorBehavior = LoggerColorBehavior.Default;
        }));

    /// <summary>Runs work with a live bar; without a terminal, a line at each tenth.</summary>
    public static T WithProgressBar<T>(string title, Func<ProgressBar, T> work)
    {
        T result = default!;
        AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context => result = work(new ProgressBar(context.AddTask(title.EscapeMarkup()), title)));
        return result;
    }
}
