using Microsoft.Win32.SafeHandles;

namespace UcfActionRecognition;

/// <summary>
/// What an MPEG-4 stream in AVI says about itself before its first picture. Streams with the same head can follow one another in one
/// decoder; key frames without it are no place to begin.
/// </summary>
/// <param name="CodecTag">The four characters that name the codec, little-endian.</param>
/// <param name="Text">The head's bytes as hexadecimal digits.</param>
internal sealed record FFmpegPacketHead(uint CodecTag, string Text)
{
    public const int MostBytes = 1024;
    private const int ChunkHeaderBytes = 8;
    private const byte Picture = 0xB6;
    private const byte GroupOfPictures = 0xB3;
    private static ReadOnlySpan<byte> StartCode => [0, 0, 1];

    /// <summary>
    /// The stream's head; <see langword="null"/> for a file whose packets are not all where <paramref name="frames"/> says, or that does
    /// not begin as an MPEG-4 stream does.
    /// </summary>
    public static FFmpegPacketHead? Find(string path, uint codecTag, FFmpegFrame[] frames)
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(path);
            long length = RandomAccess.GetLength(file);
            bool distinct = frames.DistinctBy(frame => frame.Position).Count() == frames.Length;
            if (!distinct || !frames[0].Key || !Array.TrueForAll(frames, frame => IsChunk(file, length, frame)))
            {
                return null;
            }

            return OfPacket(file, frames[0]) is { } text ? new FFmpegPacketHead(codecTag, text) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether a packet begins with this head, so that decoding can begin with it.</summary>
    public bool Begins(ReadOnlySpan<byte> packet) => Parse(packet[..Math.Min(MostBytes, packet.Length)]) == Text;

    private static bool IsChunk(SafeFileHandle file, long length, FFmpegFrame frame)
    {
        if (frame.Position < ChunkHeaderBytes || frame.Size <= 0 || frame.Position > length - frame.Size)
        {
            return false;
        }

        Span<byte> header = stackalloc byte[ChunkHeaderBytes];
        FileBytes.ReadExactly(file, header, frame.Position - ChunkHeaderBytes);
        return header[2] == 'd' && header[3] is (byte)'c' or (byte)'b' && BitConverter.ToInt32(header[4..]) == frame.Size;
    }

    private static string? OfPacket(SafeFileHandle file, FFmpegFrame frame)
    {
        Span<byte> start = stackalloc byte[Math.Min(MostBytes, frame.Size)];
        FileBytes.ReadExactly(file, start, frame.Position);
        return Parse(start);
    }

    // Sections begin with 00 00 01 and a code. The head must hold a video object layer (20 to 2F). A group's section holds a time, and is left out.
    private static string? Parse(ReadOnlySpan<byte> packet)
    {
        bool layer = false;
        string text = "";
        while (packet.StartsWith(StartCode) && packet.Length > 3)
        {
            byte code = packet[3];
            if (code == Picture)
            {
                return layer ? text : null;
            }

            int next = packet[4..].IndexOf(StartCode);
            if (next < 0)
            {
                return null;
            }

            layer |= code is >= 0x20 and <= 0x2F;
            text += code == GroupOfPictures ? "" : Convert.ToHexString(packet[..(next + 4)]);
            packet = packet[(next + 4)..];
        }

        return null;
    }
}
