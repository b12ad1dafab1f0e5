using System.Runtime.InteropServices;

namespace UcfActionRecognition;

/// <summary>
/// The handlers of the signals that .NET makes exceptions of, as they were when this was made; disposing puts them back. What MPI libraries load (UCX, for one) handles
/// these signals itself, to print where a program crashed: a null reference, which is an exception in .NET, would then end the process.
/// </summary>
internal sealed unsafe partial class SignalHandlers : IDisposable
{
    // SIGILL, SIGTRAP, SIGABRT, SIGBUS (7 on Linux, 10 on macOS), SIGFPE, SIGSEGV.
    private static readonly int[] Signals = [4, 5, 6, OperatingSystem.IsMacOS() ? 10 : 7, 8, 11];

    // More than a struct sigaction takes anywhere.
    private const int Size = 256;

    private readonly byte[][] _handlers = [.. Signals.Select(_ => new byte[Size])];

    public SignalHandlers()
    {
        for (int i = 0; i < Signals.Length; i++)
        {
            fixed (byte* handler = _handlers[i])
            {
                _ = Exchange(Signals[i], null, handler);
            }
        }
    }

    public void Dispose()
    {
        for (int i = 0; i < Signals.Length; i++)
        {
            fixed (byte* handler = _handlers[i])
            {
                _ = Exchange(Signals[i], handler, null);
            }
        }
    }

    /// <summary>sigaction(2).</summary>
    [LibraryImport("libc", EntryPoint = "sigaction")]
    private static partial int Exchange(int signal, byte* handler, byte* before);
}
