using System.Buffers.Binary;

namespace UcfActionRecognition.Samples.Prepare;

/// <summary>What an AVI file's header promises. Good for an estimate only: the header is sometimes a frame off.</summary>
internal readonly record struct AviHeader(long Frames, FrameSize Size)
{
    // RIFF, LIST hdrl and avih come first in every AVI file; dwTotalFrames, dwWidth and dwHeight are at these offsets (Microsoft, AVIMAINHEADER).
    private const int TotalFrames = 48;
    private const int Width = 64;
    private const int Height = 68;
    private const uint LargestSide = 16384;

    /// <returns><see langword="null"/> where the file cannot be read or does not begin like an AVI file; converting it tells why.</returns>
    public static AviHeader? Read(string path)
    {
        Span<byte> header = stackalloc byte[72];
        try
        {
            using FileStream file = File.OpenRead(path);
            if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length || !header.Slice(24, 4).SequenceEqual("avih"u8))
            {
                return null;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        return new AviHeader(Value(header, TotalFrames), new FrameSize(Side(header, Height), Side(header, Width)));
    }

    private static int Side(ReadOnlySpan<byte> header, int offset) => (int)Math.Clamp(Value(header, offset), 1, LargestSide);

    private static uint Value(ReadOnlySpan<byte> header, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(header[offset..]);
}
