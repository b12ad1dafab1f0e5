using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.ExceptionServices;

namespace UcfActionRecognition;

/// <summary>
/// Reads videos one after another, on a thread of its own, a bounded number of chunks ahead, and packs their clips into chunks. Each frame is
/// brought to each of its crops once, however many clips it is in, and decoded once; a stream that does not know its length is gone through a second time
/// before, to count it. Of videos that are finished no frame is read: their clips only take their places. A chunk ends with each block of a
/// <see cref="Shard"/>, so that chunks are the same whichever blocks are read.
/// </summary>
internal sealed class WholeVideoReader(IVideoClipSource source, ClipPlan plan, FinishedVideos finished, int prefetchChunks)
{
    // A thread that does not hang stops within that: a program that a source runs is given up after 10 seconds.
    private static readonly TimeSpan MostWaitAtEnd = TimeSpan.FromSeconds(30);

    private readonly Stack<byte[]> _free = [];

    // What is being read and when its last clip was done; replaced whole.
    private volatile Tuple<string, long> _reading = Tuple.Create("", Environment.TickCount64);

    /// <summary>How long a clip may take to be read while the caller waits for it.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The chunks, video after video. The caller disposes each.</summary>
    /// <exception cref="ActionRecognitionException">The reading hangs. Its thread, which cannot be ended, is left behind with what it holds.</exception>
    public IEnumerable<ClipChunk> Read(IReadOnlyList<LabeledVideo> videos, CancellationToken cancel)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var chunks = new BlockingCollection<ClipChunk>(prefetchChunks);
        Exception? error = null;
        var thread = new Thread(() =>
        {
            try
            {
                ReadVideos(videos, chunks, stop.Token);
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
            while (TryTake(chunks, cancel) is { } chunk)
            {
                yield return chunk;
            }
        }
        finally
        {
            stop.Cancel();
            bool ended = thread.Join(StallTimeout < MostWaitAtEnd ? StallTimeout : MostWaitAtEnd);
            while (chunks.TryTake(out ClipChunk? unused))
            {
                unused.Dispose();
            }

            // A thread that comes back late looks into both.
            if (ended)
            {
                chunks.Dispose();
                stop.Dispose();
            }
        }

        cancel.ThrowIfCancellationRequested();
        if (error is not null)
        {
            ExceptionDispatchInfo.Throw(error);
        }
    }

    private ClipChunk? TryTake(BlockingCollection<ClipChunk> chunks, CancellationToken cancel)
    {
        while (!chunks.IsCompleted)
        {
            if (chunks.TryTake(out ClipChunk? chunk, (int)StallTimeout.TotalMilliseconds, cancel))
            {
                return chunk;
            }

            (string video, long since) = _reading;
            double seconds = (Environment.TickCount64 - since) / 1000.0;
            if (!chunks.IsCompleted && seconds >= StallTimeout.TotalSeconds)
            {
                throw new ActionRecognitionException(string.Create(
                    CultureInfo.InvariantCulture, $"Reading hangs: nothing came of '{video}' for {seconds:0.#} s. Check its disk or network drive."));
            }
        }

        return null;
    }

    private void ReadVideos(IReadOnlyList<LabeledVideo> videos, BlockingCollection<ClipChunk> chunks, CancellationToken stop)
    {
        using var packer = new ClipPacker(plan.FrameBytes, plan.FramesAtOnce, chunk => Hand(chunk, chunks, stop));
        try
        {
            for (int i = 0; i < videos.Count; i++)
            {
                ReadVideo(videos[i], packer, stop);
                if ((i + 1) % Shard.Block == 0)
                {
                    packer.HandOver();
                }
            }
        }
        finally
        {
            // Whatever ends the reading, the videos before it are read and count.
            packer.HandOver();
        }
    }

    private void ReadVideo(LabeledVideo video, ClipPacker packer, CancellationToken stop)
    {
        NoteProgress(video.Name);
        try
        {
            using VideoReader reader = OpenCounted(video.Name, out int count, stop);
            IReadOnlyList<PlannedClip> clips = plan.Plan(video.Name, reader.Info with { FrameCount = count });
            if (finished.Take(video.Name, clips) is { } scored)
            {
                for (int i = 0; i < clips.Count; i++)
                {
                    packer.AddFinished(clips[i], video, isLast: i == clips.Count - 1, scored);
                }
            }
            else
            {
                ReadClips(video, reader, count, clips, packer, stop);
            }
        }
        catch (VideoReadException error)
        {
            packer.Fail(video, error);
        }
    }

    private void ReadClips(
        LabeledVideo video, VideoReader reader, int count, IReadOnlyList<PlannedClip> clips, ClipPacker packer, CancellationToken stop)
    {
        int[] neededFrom = EarliestFromEachOn(clips);
        using var window = new FrameWindow(video.Name, reader, count, plan.TransformsOf(reader.Info.Size), _free);
        for (int i = 0; i < clips.Count; i++)
        {
            stop.ThrowIfCancellationRequested();
            NoteProgress(video.Name);
            bool isLast = i == clips.Count - 1;
            window.Copy(clips[i].Frames, clips[i].Crop, neededFrom[i], neededFrom[i + 1], packer.Reserve(clips[i]));
            if (isLast)
            {
                window.CheckEnd();
            }

            packer.Add(video, isLast);
        }
    }

    private void NoteProgress(string video) => _reading = Tuple.Create(video, Environment.TickCount64);

    private static void Hand(ClipChunk chunk, BlockingCollection<ClipChunk> chunks, CancellationToken stop)
    {
        try
        {
            chunks.Add(chunk, stop);
        }
        catch (OperationCanceledException)
        {
            chunk.Dispose();
            throw;
        }
    }

    // Which clips there are depends on the length, so a stream is counted before it is read.
    private VideoReader OpenCounted(string video, out int count, CancellationToken stop)
    {
        VideoReader reader = source.Open(video, stop);
        try
        {
            if (reader.Info.FrameCount is { } known)
            {
                count = known;
            }
            else
            {
                count = CountFrames(reader, stop);
                reader.Dispose();
                reader = source.Open(video, stop);
            }

            return count > 0
                ? reader
                : throw new VideoReadException(video, $"'{video}' gave no frame; expected at least one. Check its source.");
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    private static int CountFrames(VideoReader reader, CancellationToken stop)
    {
        var frame = new byte[reader.Info.FrameBytes];
        int count = 0;
        while (reader.ReadNext(frame))
        {
            stop.ThrowIfCancellationRequested();
            count++;
        }

        return count;
    }

    // One more than there are clips: after the last one no frame is needed.
    private static int[] EarliestFromEachOn(IReadOnlyList<PlannedClip> clips)
    {
        var earliest = new int[clips.Count + 1];
        earliest[^1] = int.MaxValue;
        for (int i = clips.Count - 1; i >= 0; i--)
        {
            earliest[i] = Math.Min(earliest[i + 1], clips[i].Frames.Min());
        }

        return earliest;
    }
}
