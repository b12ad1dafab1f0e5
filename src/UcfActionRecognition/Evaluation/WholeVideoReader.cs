using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace UcfActionRecognition;

/// <summary>
/// Reads videos one after another, on a thread of its own, a bounded number of chunks ahead. Each frame is resized once, however many clips
/// it is in, and decoded once; a stream that does not know its length is gone through a second time before, to count it.
/// </summary>
internal sealed class WholeVideoReader(IVideoClipSource source, FrameSize size, ClipPlan plan, int prefetchChunks)
{
    private readonly int _frameBytes = 3 * size.Height * size.Width;
    private readonly Stack<byte[]> _free = [];

    /// <summary>The chunks, video by video. The caller gives each buffer back with <see cref="GiveBack"/>.</summary>
    public IEnumerable<ClipChunk> Read(IReadOnlyList<LabeledVideo> videos, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var chunks = new BlockingCollection<ClipChunk>(prefetchChunks);
        Exception? error = null;
        var thread = new Thread(() =>
        {
            try
            {
                for (int i = 0; i < videos.Count; i++)
                {
                    ReadVideo(videos[i], i, chunks, stop.Token);
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
            foreach (ClipChunk chunk in chunks.GetConsumingEnumerable(cancel))
            {
                yield return chunk;
            }
        }
        finally
        {
            stop.Cancel();
            thread.Join();
            while (chunks.TryTake(out ClipChunk? unused))
            {
                GiveBack(unused);
            }
        }

        cancel.ThrowIfCancellationRequested();
        if (error is not null)
        {
            ExceptionDispatchInfo.Throw(error);
        }
    }

    public static void GiveBack(ClipChunk chunk) => ArrayPool<byte>.Shared.Return(chunk.Rgb);

    private void ReadVideo(LabeledVideo video, int index, BlockingCollection<ClipChunk> chunks, CancellationToken stop)
    {
        try
        {
            using VideoReader reader = OpenCounted(video.Name, out int count, stop);
            IReadOnlyList<ClipGroup> groups = plan.Plan(video.Name, index, reader.Info with { FrameCount = count });
            int[] neededFrom = EarliestFromEachOn([.. groups.SelectMany(group => group.Clips)]);
            using var window = new FrameWindow(video.Name, reader, count, size, _free);
            int clips = 0;
            for (int i = 0; i < groups.Count; i++)
            {
                bool isLast = i == groups.Count - 1;
                byte[] rgb = ReadGroup(groups[i], neededFrom.AsSpan(clips), window, isLast, stop);
                Hand(new ClipChunk(video, rgb, groups[i], isLast, null), chunks, stop);
                clips += groups[i].Clips.Count;
            }
        }
        catch (VideoReadException error)
        {
            chunks.Add(new ClipChunk(video, [], null, IsLast: true, error), stop);
        }
    }

    private byte[] ReadGroup(ClipGroup group, ReadOnlySpan<int> neededFrom, FrameWindow window, bool isLast, CancellationToken stop)
    {
        int clipBytes = group.FramesPerClip * _frameBytes;
        byte[] rgb = ArrayPool<byte>.Shared.Rent(group.Frames * _frameBytes);
        try
        {
            for (int i = 0; i < group.Clips.Count; i++)
            {
                stop.ThrowIfCancellationRequested();
                window.Copy(group.Clips[i], neededFrom[i], neededFrom[i + 1], rgb.AsSpan(i * clipBytes, clipBytes));
            }

            if (isLast)
            {
                window.CheckEnd();
            }

            return rgb;
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(rgb);
            throw;
        }
    }

    private static void Hand(ClipChunk chunk, BlockingCollection<ClipChunk> chunks, CancellationToken stop)
    {
        try
        {
            chunks.Add(chunk, stop);
        }
        catch (OperationCanceledException)
        {
            GiveBack(chunk);
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
    private static int[] EarliestFromEachOn(int[][] clips)
    {
        var earliest = new int[clips.Length + 1];
        earliest[^1] = int.MaxValue;
        for (int i = clips.Length - 1; i >= 0; i--)
        {
            earliest[i] = Math.Min(earliest[i + 1], clips[i].Min());
        }

        return earliest;
    }
}
