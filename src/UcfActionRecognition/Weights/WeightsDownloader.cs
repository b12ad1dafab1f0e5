using System.Net;
using System.Security.Cryptography;

namespace UcfActionRecognition;

/// <summary>
/// Downloads published files of weights: a whole file with the right size, hash and contents, or nothing. What may pass (a stall, a lost
/// connection, a busy server) is tried again; what will not (a missing file, other bytes) is not.
/// </summary>
internal sealed class WeightsDownloader : IDisposable
{
    private const int BufferBytes = 1 << 17;

    private readonly DownloadOptions _options;
    private readonly HttpClient _client;

    public WeightsDownloader(DownloadOptions options)
    {
        _options = options;
        var handler = new SocketsHttpHandler
        {
            // Ours to follow: a plain http server could lead .NET's own to any scheme.
            AllowAutoRedirect = false,
            UseProxy = options.UseProxy,
        };

        // Its time-out is for a whole answer, which may take long over a slow line; ours is for each step.
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.ParseAdd(nameof(UcfActionRecognition));
    }

    /// <summary>Downloads a file into a folder, unless it is there, undamaged.</summary>
    /// <returns>The file's path.</returns>
    /// <exception cref="WeightsUnavailableException">It cannot be downloaded, or not be written; nothing is left in the folder.</exception>
    /// <exception cref="ArgumentException">The name is no plain file name, or the address is not https.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was called; nothing is left in the folder.</exception>
    public async Task<string> DownloadAsync(
        KnownWeights known, string folder, IProgress<WeightsDownloadProgress>? progress, CancellationToken cancel)
    {
        Uri address = CheckedAddress(known);
        string path = Path.Combine(folder, known.FileName);
        if (File.Exists(path) && IsRight(path, known))
        {
            return path;
        }

        try
        {
            await AtomicFile.WriteAsync(path, temporary => FetchAsync(known, address, temporary, progress, cancel)).ConfigureAwait(false);
            return path;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new WeightsUnavailableException(known, $"{path}: cannot be written. {failure.Message}", failure);
        }
    }

    public void Dispose() => _client.Dispose();

    private Uri CheckedAddress(KnownWeights known)
    {
        if (known.DownloadAddress is not { } address)
        {
            throw new WeightsUnavailableException(known, $"{known.Name}: {known.File} cannot be downloaded: {known.HowToGet}.");
        }

        if (known.FileName.Length == 0 || Path.GetFileName(known.FileName) != known.FileName)
        {
            throw new ArgumentException($"'{known.FileName}' is not the name of a file without a folder.", nameof(known));
        }

        return IsSafe(address)
            ? address
            : throw new ArgumentException($"Weights are downloaded by https only; the address is {address}.", nameof(known));
    }

    private bool IsSafe(Uri address) => address.IsAbsoluteUri
        && (address.Scheme == Uri.UriSchemeHttps || (_options.AllowHttp && address.Scheme == Uri.UriSchemeHttp));

    // One that can be read and is of another network may be the user's own: it is not replaced here, and refused when it is opened.
    private static bool IsRight(string path, KnownWeights known)
    {
        try
        {
            WeightsIdentity.Check(path, known);
            using WeightsFile file = PretrainedWeights.Open(path);
            return true;
        }
        catch (WeightsFormatException)
        {
            // Damaged: the download replaces it.
            return false;
        }
    }

    private async Task FetchAsync(
        KnownWeights known, Uri address, string path, IProgress<WeightsDownloadProgress>? progress, CancellationToken cancel)
    {
        string? failure = null;
        for (int attempt = 1; attempt <= _options.Attempts; attempt++)
        {
            if (attempt > 1)
            {
                await Task.Delay(_options.RetryDelay * (attempt - 1), _options.Time, cancel).ConfigureAwait(false);
            }

            failure = await TryFetchAsync(known, address, path, progress, attempt, cancel).ConfigureAwait(false);
            if (failure is null)
            {
                return;
            }
        }

        throw Failed(known, $"{_options.Attempts} attempts failed, the last one because {failure} Check the connection and try again.");
    }

    /// <returns>Why it is worth another attempt; <see langword="null"/> when the file is there.</returns>
    private async Task<string?> TryFetchAsync(
        KnownWeights known, Uri address, string path, IProgress<WeightsDownloadProgress>? progress, int attempt, CancellationToken cancel)
    {
        // Runs from here on, so for the connection and the answer's head too.
        using var stall = new StallWatch(_options, cancel);
        try
        {
            using HttpResponseMessage answer = await AskAsync(known, address, stall.Token).ConfigureAwait(false);
            stall.Pause(bytes: 0);
            stall.BeginWindow();
            if (MayPass(answer.StatusCode))
            {
                return $"the server answered {Describe(answer.StatusCode)}.";
            }

            CheckAnswer(known, answer);
            long? total = known.Bytes ?? answer.Content.Headers.ContentLength;
            CheckSpace(path, total);
            Stream body = await answer.Content.ReadAsStreamAsync(stall.Token).ConfigureAwait(false);
            (long bytes, byte[] hash) = await ReceiveAsync(body, path, Received, stall, cancel).ConfigureAwait(false);
            return Shortfall(known, bytes) ?? Difference(known, path, hash, total);

            void Received(long count)
            {
                CheckLength(known, count);
                progress?.Report(new WeightsDownloadProgress(known, count, total, attempt));
            }
        }
        catch (OperationCanceledException) when (stall.HasStalled && !cancel.IsCancellationRequested)
        {
            return $"{stall.Description}.";
        }
        catch (HttpRequestException failure)
        {
            return $"the connection failed ({failure.Message}).";
        }
    }

    private static string? Shortfall(KnownWeights known, long bytes) => bytes < known.Bytes
        ? $"the data ended after {KnownWeights.Count(bytes)} of {KnownWeights.Count(known.Bytes.Value)} bytes."
        : null;

    /// <returns>As <see cref="TryFetchAsync"/>.</returns>
    private static string? Difference(KnownWeights known, string path, byte[] hash, long? total)
    {
        string? difference = WeightsIdentity.HashDifference(hash, known) ?? WeightsIdentity.ContentsDifference(path, known);

        // Where no one has said how long the file is, it may have been cut off, and another attempt may bring all of it.
        return difference is null || total is null
            ? difference
            : throw Failed(known, $"what comes is not the published file: {difference}");
    }

    /// <returns>The answer's head, after redirections.</returns>
    private async Task<HttpResponseMessage> AskAsync(KnownWeights known, Uri address, CancellationToken cancel)
    {
        for (int redirections = 0; redirections <= _options.Redirections; redirections++)
        {
            HttpResponseMessage answer =
                await _client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancel).ConfigureAwait(false);
            if ((int)answer.StatusCode is not (301 or 302 or 303 or 307 or 308) || answer.Headers.Location is not { } location)
            {
                return answer;
            }

            answer.Dispose();
            address = Uri.TryCreate(address, location, out Uri? next) && IsSafe(next)
                ? next
                : throw Failed(known, $"the server redirects to {ErrorText.Shortened(location.ToString())}, which is no https address.");
        }

        throw Failed(known, $"the server redirects more than {_options.Redirections} times.");
    }

    /// <returns>The bytes that came, and their SHA-256.</returns>
    private static async Task<(long Bytes, byte[] Sha256)> ReceiveAsync(
        Stream body, string path, Action<long> received, StallWatch stall, CancellationToken cancel)
    {
        var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
        await using (file.ConfigureAwait(false))
        {
            return await CopyAsync(body, file, received, stall, cancel).ConfigureAwait(false);
        }
    }

    private static async Task<(long Bytes, byte[] Sha256)> CopyAsync(
        Stream body, FileStream file, Action<long> received, StallWatch stall, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[BufferBytes];
        long bytes = 0;
        while (true)
        {
            int count = await ReadAsync(body, buffer, stall).ConfigureAwait(false);
            if (count == 0)
            {
                return (bytes, hash.GetHashAndReset());
            }

            bytes += count;
            received(bytes);
            hash.AppendData(buffer, 0, count);
            await file.WriteAsync(buffer.AsMemory(0, count), cancel).ConfigureAwait(false);
        }
    }

    // Errors of the connection get a type of their own, to tell them from those of the disk.
    private static async ValueTask<int> ReadAsync(Stream body, byte[] buffer, StallWatch stall)
    {
        stall.Resume();
        try
        {
            int count = await body.ReadAsync(buffer, stall.Token).ConfigureAwait(false);
            stall.Pause(count);
            return count;
        }
        catch (IOException failure)
        {
            throw new HttpRequestException(failure.Message, failure);
        }
    }

    private void CheckAnswer(KnownWeights known, HttpResponseMessage answer)
    {
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            throw Failed(known, $"the server answered {Describe(answer.StatusCode)}.");
        }

        if (answer.Content.Headers.ContentLength is { } length)
        {
            CheckLength(known, length);
            if (WeightsIdentity.SizeDifference(length, known) is { } difference)
            {
                throw Failed(known, $"what comes is not the published file: {difference}");
            }
        }
    }

    private void CheckLength(KnownWeights known, long bytes)
    {
        long limit = known.Bytes ?? _options.MaxBytes;
        if (bytes > limit)
        {
            throw Failed(known, $"what comes is not the published file: it has more than {KnownWeights.Count(limit)} bytes.");
        }
    }

    private static void CheckSpace(string path, long? total)
    {
        // A file system that reports no free byte may not know; one that has none will say so when it is written to.
        if (DiskSpace.Free(path) is > 0 and var free && free < total)
        {
            throw new IOException($"It has {KnownWeights.Count(total.Value)} bytes; {KnownWeights.Count(free)} are free on its disk.");
        }
    }

    private static bool MayPass(HttpStatusCode status) =>
        (int)status >= 500 || status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests;

    private static string Describe(HttpStatusCode status) =>
        Enum.IsDefined(status) ? $"{(int)status} ({status})" : FormattableString.Invariant($"{(int)status}");

    private static WeightsUnavailableException Failed(KnownWeights known, string why) =>
        new(known, $"{known.Name}: {known.DownloadAddress} cannot be downloaded: {why}");
}
