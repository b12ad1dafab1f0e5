using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace UcfActionRecognition;

/// <summary>
/// Reads videos one after another, on a thread of its own, a bounded number of chunks ahead. Each frame is decoded and resized once,
/// however many clips it is in.
/// </summary>
internal sealed class WholeVideoReader(IVideoClipSource source, FrameSize size, ClipPlan plan, int prefetchChunks)
{
    private readonly int _frameBytes = 3 * size.Height * size.Width;

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
        }

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
            using VideoReader reader = source.Open(video.Name, stop);
            IReadOnlyList<ClipGroup> groups = plan.Plan(video.Name, index, WithLength(video.Name, reader.Info, stop));
            int[] neededFrom = EarliestFromEachOn([.. groups.SelectMany(group => group.Clips)]);
            var window = new FrameWindow(video.Name, reader, size);
            int clip = 0;
            for (int i = 0; i < groups.Count; i++)
            {
                ClipGroup group = groups[i];
                int clipBytes = group.FramesPerClip * _frameBytes;
                byte[] rgb = ArrayPool<byte>.Shared.Rent(group.Frames * _frameBytes);
                for (int view = 0; view < group.Clips.Count; view++, clip++)
                {
                    stop.ThrowIfCancellationRequested();
                    window.Copy(group.Clips[view], neededFrom[clip], rgb.AsSpan(view * clipBytes, clipBytes));
                }

                chunks.Add(new ClipChunk(video, rgb, group, IsLast: i == groups.Count - 1, null), stop);
            }
        }
        catch (VideoReadException error)
        {
            chunks.Add(new ClipChunk(video, [], null, IsLast: true, error), stop);
        }
    }

    // Which clips there are depends on the length, so a stream is counted before it is read.
    private VideoInfo WithLength(string video, VideoInfo info, CancellationToken stop)
    {
        int count = info.FrameCount ?? CountFrames(video, stop);
        return count > 0
            ? info with { FrameCount = count }
            : throw new VideoReadException(video, $"'{video}' gave no frame; expected at least one. Check its source.");
    }

    private int CountFrames(string video, CancellationToken stop)
    {
        using VideoReader reader = source.Open(video, stop);
        var frame = new byte[reader.Info.FrameBytes];
        int count = 0;
        while (reader.ReadNext(frame))
        {
            stop.ThrowIfCancellationRequested();
            count++;
        }

        return count;
    }

    private static int[] EarliestFromEachOn(int[][] clips)
    {
        var earliest = new int[clips.Length];
        int sofar = int.MaxValue;
        for (int i = clips.Length - 1; i >= 0; i--)
        {
            earliest[i] = sofar = Math.Min(sofar, clips[i].Min());
        }

        return earliest;
    }
}
