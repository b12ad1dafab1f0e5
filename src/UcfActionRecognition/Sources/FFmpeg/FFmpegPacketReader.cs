namespace UcfActionRecognition;

/// <summary>Reads frames of one video by giving its packets to decoders that stay.</summary>
internal sealed class FFmpegPacketReader(FFmpegDecoderPool pool, string path, FFmpegVideoIndex index, CancellationToken cancel)
{
    /// <summary>Packets can be given to a decoder, and so far the frames that came were right.</summary>
    public bool CanRead => !index.NoPackets && !pool.Disabled;

    /// <summary>Reads what a request still wants. What a decoder does not give as it should is left to other ways.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Read<TSink>(ref FFmpegRequest<TSink> request)
        where TSink : IFrameSink, allows ref struct
    {
        bool retry = true;
        while (retry && !request.Done)
        {
            using FFmpegPackets? packets = FFmpegPackets.TryRead(path, index, request.Left);
            if (packets is null)
            {
                index.NoPackets = true;
                return;
            }

            FFmpegPacketDecoder decoder = pool.Take(index.Head!, index.Info.Size);

            // Another video may have left a used decoder in a bad state; of a new one, the failure is this video's.
            retry = decoder.Used;
            bool wrong = false;
            try
            {
                Read(decoder, packets, ref request);
                wrong = !request.Done && !cancel.IsCancellationRequested;
            }
            finally
            {
                bool good = request.Done && !decoder.Failed && !cancel.IsCancellationRequested;
                pool.Return(index.Head!, index.Info.Size, decoder, good, wrong);
            }

            cancel.ThrowIfCancellationRequested();
            if (wrong && !retry)
            {
                index.NoPackets = true;
            }
        }
    }

    private void Read<TSink>(FFmpegPacketDecoder decoder, FFmpegPackets packets, ref FFmpegRequest<TSink> request)
        where TSink : IFrameSink, allows ref struct
    {
        using CancellationTokenRegistration cancelling = cancel.UnsafeRegister(held => ((FFmpegPacketDecoder)held!).Kill(), decoder);
        decoder.Begin(packets);
        try
        {
            while (!request.Done)
            {
                int expected = request.Left[0];
                ReadOnlySpan<byte> frame = decoder.ReadFrame();
                if (frame.IsEmpty || FFmpegVideoIndex.Checksum(frame) != index.Checksums![expected])
                {
                    return;
                }

                request.Offer(expected, frame);
            }
        }
        catch (TimeoutException)
        {
            // It hangs, and was ended.
        }
        finally
        {
            if (!request.Done)
            {
                decoder.Kill();
            }

            decoder.End();
        }
    }
}
