using System.Net;
using System.Net.Sockets;
using System.Text;

namespace UcfActionRecognition.Tests.Weights;

/// <summary>An HTTP server on this machine that answers each request as a test says, down to the byte.</summary>
internal sealed class WeightsServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _requests = [];
    private readonly Task _serving;

    /// <param name="answer">
    /// Writes the answer to a request: its number from 1, its path, and the connection, which is closed afterwards.
    /// </param>
    public WeightsServer(Func<int, string, Stream, CancellationToken, Task> answer)
    {
        _listener.Start();
        _serving = ServeAsync(answer);
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/w.pth");

    /// <summary>The paths that were asked for, in order.</summary>
    public string[] Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>A whole answer of status 200.</summary>
    public static Task SendAsync(Stream stream, ReadOnlyMemory<byte> body, long? length = null) =>
        SendAsync(stream, "200 OK", body, $"Content-Length: {length ?? body.Length}");

    /// <summary>An answer with the headers given, and no other.</summary>
    public static async Task SendAsync(Stream stream, string status, ReadOnlyMemory<byte> body, params string[] headers)
    {
        string head = $"HTTP/1.1 {status}\r\nConnection: close\r\n{string.Concat(headers.Select(header => $"{header}\r\n"))}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        await stream.WriteAsync(body);
        await stream.FlushAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task ServeAsync(Func<int, string, Stream, CancellationToken, Task> answer)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                NetworkStream stream = client.GetStream();
                string path = await ReadPathAsync(stream);
                int number;
                lock (_requests)
                {
                    _requests.Add(path);
                    number = _requests.Count;
                }

                await answer(number, path, stream, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (IOException)
            {
                // The client went away, as it may.
            }
        }
    }

    private static async Task<string> ReadPathAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one) == 0)
            {
                throw new IOException("closed");
            }

            head.Append((char)one[0]);
        }

        return head.ToString().Split(' ')[1];
    }
}
