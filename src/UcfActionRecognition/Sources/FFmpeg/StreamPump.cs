namespace UcfActionRecognition;

/// <summary>Copies a stream into another one on a thread of its own, to the end of the one or until the other takes no more; the other is closed then.</summary>
internal sealed class StreamPump
{
    private const int BufferBytes = 64 << 10;

    private volatile Exception? _error;

    public StreamPump(Stream from, Stream to) =>
        new Thread(() => Run(from, to)) { IsBackground = true, Name = "Video stream" }.Start();

    /// <summary>Why the first stream could not be read to its end.</summary>
    public Exception? Error => _error;

    private void Run(Stream from, Stream to)
    {
        byte[] buffer = new byte[BufferBytes];
        try
        {
            while (Read(from, buffer) is > 0 and int count)
            {
                // What waits for a picture is not to wait for a full buffer.
                to.Write(buffer, 0, count);
                to.Flush();
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // The program ended; who reads its output finds out why.
        }

        Close(to);
    }

    private int Read(Stream from, byte[] buffer)
    {
        try
        {
            return from.Read(buffer, 0, buffer.Length);
        }
#pragma warning disable CA1031 // Whatever a caller's stream throws, the reader of the frames tells it.
        catch (Exception error)
#pragma warning restore CA1031
        {
            _error = error;
            return 0;
        }
    }

    private static void Close(Stream to)
    {
        try
        {
            to.Dispose();
        }
        catch (IOException)
        {
            // The last bytes did not reach a program that had ended.
        }
    }
}
