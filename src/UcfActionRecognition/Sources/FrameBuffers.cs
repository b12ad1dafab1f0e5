using System.Buffers;

namespace UcfActionRecognition;

/// <summary>
/// Buffers for frames on their way. Not <see cref="ArrayPool{T}.Shared"/>: that keeps arrays for each thread, and with the threads of an epoch they
/// would go.
/// </summary>
internal static class FrameBuffers
{
    // As many of each size as there may be workers; larger arrays than this are not kept: they would never be given back.
    private const int KeptBytes = 16 << 20;
    private const int KeptOfEachSize = 32;

    public static ArrayPool<byte> Pool { get; } = ArrayPool<byte>.Create(KeptBytes, KeptOfEachSize);
}
