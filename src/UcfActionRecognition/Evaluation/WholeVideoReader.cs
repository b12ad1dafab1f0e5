using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace UcfActionRecognition;

/// <summary>Reads all frames of videos, one after another, resized, on a thread of its own, a bounded number of chunks ahead.</summary>
internal sealed class WholeVideoReader
{
    private readonly IVideoClipSource _source;
    private readonly FrameSize _size;
    private readonly EvaluatorOptions _options;
    private readonly int _frameBytes;
    private readonly int _chunkBytes;

    public WholeVideoReader(IVideoClipSource source, FrameSize size, EvaluatorOptions options)
    {
        long frameBytes = 3L * size.Height * size.Width;
        if (options.FramesPerChunk * frameBytes > Array.MaxLength)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), options.FramesPerChunk, $"A chunk may take 2 GiB; a frame takes {frameBytes} bytes, so FramesPerChunk is too large.");
        }

        (_source, _size, _options) = (source, size, options);
        _frameBytes = (int)frameBytes;
        _chunkBytes = (int)(options.FramesPerChunk * frameBytes);
    }

    /// <summary>The chunks, video by video. The caller gives each buffer back with <see cref="GiveBack"/>.</summary>
    public IEnumerable<FrameChunk> Read(IReadOnlyList<LabeledVideo> videos, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var chunks = new BlockingCollection<FrameChunk>(_options.PrefetchChunks);
        Exception? error = null;
        var thread = new Thread(() =>
        {
            try
            {
                foreach (LabeledVideo video in videos)
                {
                    ReadVideo(video, chunks, stop.Token);
                }
            }
#pragma warning disable CA1031 // Whatever it is, the caller's thread throws it.
            catch (Exception caught)
#pragma warning restore CA1031
            {
                error = caught;
            }
            finally
            {
                chunks.CompleteAdding();
            }
        })
        { IsBackground = true, Name = "Video reader" };
        thread.Start();
        try
        {
            foreach (FrameChunk chunk in chunks.GetConsumingEnumerable(cancel))
            {
                yield return chunk;
            }
        }
        finally
        {
            stop.Cancel();
            thread.Join();
        }

        if (error is not null)
        {
            ExceptionDispatchInfo.Throw(error);
        }
    }

    public static void GiveBack(FrameChunk chunk) => ArrayPool<byte>.Shared.Return(chunk.Rgb);

    private void ReadVideo(LabeledVideo video, BlockingCollection<FrameChunk> chunks, CancellationToken stop)
    {
        try
        {
            using VideoReader reader = _source.Open(video.Name, stop);
            FrameSize sourceSize = reader.Info.Size;
            var resampler = new FrameResampler(sourceSize, ClipTransform.Identity(sourceSize).Resize(_size));
            var frame = new byte[reader.Info.FrameBytes];
            bool ended = false;
            int read = 0;
            while (!ended)
            {
                byte[] rgb = ArrayPool<byte>.Shared.Rent(_chunkBytes);
                int frames = 0;
                while (frames < _options.FramesPerChunk && !(ended = !reader.ReadNext(frame)))
                {
                    stop.ThrowIfCancellationRequested();
                    resampler.Resample(frame, rgb.AsSpan(frames * _frameBytes, _frameBytes));
                    frames++;
                }

                read += frames;
                if (read == 0)
                {
                    throw new VideoReadException(video.Name, $"'{video.Name}' gave no frame; expected at least one. Check its source.");
                }

                chunks.Add(new FrameChunk(video, rgb, frames, ended, null), stop);
            }
        }
        catch (VideoReadException error)
        {
            chunks.Add(new FrameChunk(video, [], 0, IsLast: true, error), stop);
        }
    }
}
