using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace UcfActionRecognition;

/// <summary>
/// A program that runs beside this one and writes to its standard output: read with a time-out, ended with all its children when the
/// time is up, on cancellation, or when this object is disposed.
/// </summary>
internal sealed class ChildProcess : IDisposable
{
    private const int ErrorBytes = 4096;
    private static readonly TimeSpan ExitTimeout = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly Stream _output;
    private readonly TimeSpan _timeout;
    private readonly CancellationToken _cancel;
    private readonly CancellationTokenRegistration _cancelling;
    private readonly Timer _watchdog;
    private readonly Thread _errorDrain;
    private readonly Action<ReadOnlySpan<byte>>? _onError;
    private readonly byte[] _errors = new byte[ErrorBytes]; // the last bytes, as a ring
    private long _errorCount;
    private volatile bool _timedOut;

    /// <param name="program">A name on the PATH or a path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="timeout">How long a read waits.</param>
    /// <param name="cancel">Ends the program.</param>
    /// <param name="keepInput">Whether its standard input stays open.</param>
    /// <param name="onError">Is given what the program writes to standard error as it comes, and nothing at its end, on a thread of its own.</param>
    /// <exception cref="Win32Exception">The program cannot be started.</exception>
    public ChildProcess(
        string program, IEnumerable<string> arguments, TimeSpan timeout, CancellationToken cancel, bool keepInput = false,
        Action<ReadOnlySpan<byte>>? onError = null)
    {
        (_timeout, _cancel, _onError) = (timeout, cancel, onError);
        _process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Input = _process.StandardInput.BaseStream;
        if (!keepInput)
        {
            Input.Close();
        }

        _output = _process.StandardOutput.BaseStream;
        _errorDrain = new Thread(DrainErrors) { IsBackground = true, Name = $"{program} stderr" };
        _errorDrain.Start();
        _watchdog = new Timer(_ => TimeOut(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _cancelling = cancel.UnsafeRegister(process => ((ChildProcess)process!).Kill(), this);
    }

    /// <summary>The program's standard input; closed unless it was asked for.</summary>
    public Stream Input { get; }

    /// <summary>Reads until the buffer is full or the output ends.</summary>
    /// <returns>The bytes read; fewer than asked for only at the end.</returns>
    /// <exception cref="TimeoutException">They did not come in time; the program was ended.</exception>
    /// <exception cref="OperationCanceledException">The token given at the start was cancelled; the program was ended.</exception>
    public int Read(Span<byte> buffer) => Watched(buffer, fill: true);

    /// <summary>Reads what is there, at least one byte; 0 when the output ends.</summary>
    /// <inheritdoc cref="Read"/>
    public int ReadSome(Span<byte> buffer) => Watched(buffer, fill: false);

    /// <summary>Waits for the end and returns the exit code; a signal gives 128 and more.</summary>
    public int WaitForExit()
    {
        if (!_process.WaitForExit(ExitTimeout))
        {
            Kill();
            _process.WaitForExit(ExitTimeout);
        }

        return _process.ExitCode;
    }

    /// <summary>The last 4 KB of what the program wrote to standard error, after it ended.</summary>
    public string ErrorText()
    {
        _errorDrain.Join(ExitTimeout);
        lock (_errors)
        {
            int kept = (int)Math.Min(_errorCount, ErrorBytes);
            byte[] text = new byte[kept];
            for (int i = 0; i < kept; i++)
            {
                text[i] = _errors[(_errorCount - kept + i) % ErrorBytes];
            }

            return Encoding.UTF8.GetString(text).Trim();
        }
    }

    public void Dispose()
    {
        _cancelling.Dispose();
        _watchdog.Dispose();
        Kill();
        _process.WaitForExit(ExitTimeout);
        _errorDrain.Join(ExitTimeout);

        // Process.Dispose leaves open the streams that were used.
        CloseQuietly(Input);
        CloseQuietly(_output);
        CloseQuietly(_process.StandardError.BaseStream);
        _process.Dispose();
    }

    private static void CloseQuietly(Stream stream)
    {
        try
        {
            stream.Dispose();
        }
        catch (IOException)
        {
            // What was written last did not reach a process that had ended.
        }
    }

    private int Watched(Span<byte> buffer, bool fill)
    {
        int count;
        _watchdog.Change(_timeout, Timeout.InfiniteTimeSpan);
        try
        {
            count = fill ? _output.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) : _output.Read(buffer);
        }
        finally
        {
            _watchdog.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        _cancel.ThrowIfCancellationRequested();
        return _timedOut ? throw new TimeoutException($"nothing came for {_timeout.TotalSeconds:0.###} s") : count;
    }

    private void TimeOut()
    {
        _timedOut = true;
        Kill();
    }

    /// <summary>Ends the program and its children.</summary>
    public void Kill()
    {
        try
        {
            if (!_process.HasExited)
            {
                _process.Kill(entireProcessTree: true);
            }
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception or AggregateException or NotSupportedException)
        {
            // It ended by itself in the meantime.
        }
    }

    // Standard error must be read on, or the program waits when the pipe is full. The thread is its own: blocking reads would
    // use up the pool.
    private void DrainErrors()
    {
        byte[] buffer = new byte[1024];
        try
        {
            while (_process.StandardError.BaseStream.Read(buffer) is > 0 and int count)
            {
                _onError?.Invoke(buffer.AsSpan(0, count));
                lock (_errors)
                {
                    for (int i = 0; i < count; i++)
                    {
                        _errors[_errorCount++ % ErrorBytes] = buffer[i];
                    }
                }
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The process was disposed.
        }

        _onError?.Invoke([]);
    }
}
