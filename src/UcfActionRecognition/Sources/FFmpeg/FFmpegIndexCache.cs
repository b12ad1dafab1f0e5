using System.Diagnostics.CodeAnalysis;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace UcfActionRecognition;

/// <summary>Video indexes in memory and, where there is a folder, in files. Safe for concurrent use, also by several processes.</summary>
internal sealed class FFmpegIndexCache(string? folder, string identity, FFmpegVideoClipSourceOptions options, ILogger logger)
{
    private const ulong Magic = 0x3130_5844_4956_4655; // "UFVIDX01"
    private const int FrameBytes = 29;
    private const int MostHeaderBytes = 65_536;
    private const int MostFramesInMemory = 4_000_000; // of 32 bytes: those of UCF-101 take 80 MB

    private readonly Dictionary<string, (FileStamp Stamp, FFmpegVideoIndex Index)> _known = [];
    private readonly Queue<string> _oldest = new();
    private long _frames;
    private int _unsaved;

    public FFmpegVideoIndex GetOrMake(string path, FileStamp stamp, Func<FFmpegVideoIndex> make)
    {
        lock (_known)
        {
            if (_known.TryGetValue(path, out var known) && known.Stamp == stamp)
            {
                return known.Index;
            }
        }

        FFmpegVideoIndex index = TryRead(path, stamp) ?? make();
        Remember(path, stamp, index);
        return index;
    }

    /// <summary>Writes an index to its file. A folder that cannot be written costs time in the next run, and is no error.</summary>
    public void Save(string path, FileStamp stamp, FFmpegVideoIndex index)
    {
        if (folder is null || index.Checksums is null)
        {
            return;
        }

        byte[] bytes = Write(path, stamp, index);
        try
        {
            AtomicFile.WriteStream(FileOf(path), stream => stream.Write(bytes));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The next video would say the same.
            if (Interlocked.Increment(ref _unsaved) == 1)
            {
                SourcesLog.IndexNotSaved(logger, path, error.Message);
            }
        }
    }

    private void Remember(string path, FileStamp stamp, FFmpegVideoIndex index)
    {
        lock (_known)
        {
            if (_known.Remove(path, out var old))
            {
                _frames -= old.Index.Frames.Length;
            }
            else
            {
                _oldest.Enqueue(path);
            }

            _known[path] = (stamp, index);
            _frames += index.Frames.Length;
            while (_frames > MostFramesInMemory && _oldest.Count > 1)
            {
                _known.Remove(_oldest.Dequeue(), out var dropped);
                _frames -= dropped.Index.Frames.Length;
            }
        }
    }

    private string FileOf(string path)
    {
        string name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)).AsSpan(0, 16));
        return Path.Combine(folder!, name[..2], name + ".index");
    }

    private byte[] Write(string path, FileStamp stamp, FFmpegVideoIndex index)
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory);
        writer.Write(Magic);
        WriteKey(writer, path, stamp);
        writer.Write(index.Info.Height);
        writer.Write(index.Info.Width);
        writer.Write(index.Info.FramesPerSecond ?? 0);
        writer.Write(index.TimeBase);
        writer.Write(index.Head?.CodecTag ?? 0);
        writer.Write(index.Head?.Text ?? "");
        writer.Write(index.Frames.Length);
        for (int i = 0; i < index.Frames.Length; i++)
        {
            FFmpegFrame frame = index.Frames[i];
            writer.Write(frame.Time);
            writer.Write(frame.Position);
            writer.Write(frame.Size);
            writer.Write(frame.Key);
            writer.Write(index.Checksums![i]);
        }

        writer.Flush();
        writer.Write(XxHash3.HashToUInt64(memory.GetBuffer().AsSpan(0, (int)memory.Length)));
        writer.Flush();
        return memory.ToArray();
    }

    // Other programs, other threads or another file: another index.
    private void WriteKey(BinaryWriter writer, string path, FileStamp stamp)
    {
        writer.Write(identity);
        writer.Write(FFmpegPrograms.DecoderThreads);
        writer.Write(path);
        writer.Write(stamp.Length);
        writer.Write(stamp.LastWriteUtc.Ticks);
    }

    private FFmpegVideoIndex? TryRead(string path, FileStamp stamp)
    {
        if (folder is null)
        {
            return null;
        }

        try
        {
            byte[]? bytes = ReadBytes(FileOf(path));
            return bytes is not null && TryParse(bytes, path, stamp, out FFmpegVideoIndex? index) ? index : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private byte[]? ReadBytes(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (stream.Length < 16 || stream.Length > MostHeaderBytes + ((long)FrameBytes * options.MaxFrames))
        {
            return null;
        }

        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        ulong expected = BitConverter.ToUInt64(bytes, bytes.Length - 8);
        return XxHash3.HashToUInt64(bytes.AsSpan(0, bytes.Length - 8)) == expected ? bytes : null;
    }

    private bool TryParse(byte[] bytes, string path, FileStamp stamp, [NotNullWhen(true)] out FFmpegVideoIndex? index)
    {
        index = null;
        using var key = new MemoryStream();
        using (var writer = new BinaryWriter(key, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Magic);
            WriteKey(writer, path, stamp);
        }

        if (!bytes.AsSpan().StartsWith(key.GetBuffer().AsSpan(0, (int)key.Length)))
        {
            return false;
        }

        using var reader = new BinaryReader(new MemoryStream(bytes, 0, bytes.Length - 8));
        reader.BaseStream.Position = key.Length;
        (int height, int width, double rate, double timeBase) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadDouble(), reader.ReadDouble());
        (uint tag, string head) = (reader.ReadUInt32(), reader.ReadString());
        int count = reader.ReadInt32();
        bool good = count > 0 && count <= options.MaxFrames && height > 0 && width > 0 && (long)height * width <= options.MaxFramePixels
            && reader.BaseStream.Length - reader.BaseStream.Position == (long)count * FrameBytes;
        if (!good)
        {
            return false;
        }

        var frames = new FFmpegFrame[count];
        ulong[] checksums = new ulong[count];
        for (int i = 0; i < count; i++)
        {
            frames[i] = new FFmpegFrame(reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt32(), reader.ReadBoolean());
            checksums[i] = reader.ReadUInt64();
        }

        var info = new VideoInfo(height, width, count, rate > 0 ? rate : null);
        index = new FFmpegVideoIndex(info, timeBase, frames, ValidHead(tag, head, stamp.Length, frames)) { Checksums = checksums };
        return true;
    }

    private static FFmpegPacketHead? ValidHead(uint tag, string head, long length, FFmpegFrame[] frames) =>
        head.Length > 0 && Array.TrueForAll(frames, frame => frame.Size > 0 && frame.Position >= 0 && frame.Position <= length - frame.Size)
            ? new FFmpegPacketHead(tag, head) : null;
}
