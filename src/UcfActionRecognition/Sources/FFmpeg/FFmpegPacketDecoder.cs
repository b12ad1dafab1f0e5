using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace UcfActionRecognition;

/// <summary>
/// An ffmpeg process that stays: packets of one clip after another go in, the frames that are wanted come out. One request at a time.
/// </summary>
internal sealed class FFmpegPacketDecoder : IDisposable
{
    // A frame that has not come by then is pushed out by one more packet: versions of ffmpeg differ in how many they hold back.
    private static readonly TimeSpan PushAfter = TimeSpan.FromMilliseconds(250);
    private const int MostPushes = 32;

    private readonly ChildProcess _process;
    private readonly Thread _writer;
    private readonly SemaphoreSlim _work = new(0);
    private readonly SemaphoreSlim _read = new(0);
    private readonly SemaphoreSlim _written = new(0);
    private readonly byte[] _picture;
    private readonly byte[] _pictureHeader;
    private FFmpegPackets? _packets;
    private long _nextTime;
    private volatile bool _failed;
    private volatile bool _ended;

    public FFmpegPacketDecoder(FFmpegPrograms programs, FFmpegPacketHead head, FrameSize size, TimeSpan timeout)
    {
        _pictureHeader = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"P6\n{size.Width} {size.Height}\n255\n"));
        _picture = new byte[_pictureHeader.Length + (size.Height * size.Width * 3)];
        _process = programs.StartPacketDecoder(timeout);
        byte[] header = IvfHeader(head.CodecTag, size);
        _writer = new Thread(() => Write(header)) { IsBackground = true, Name = "ffmpeg packets" };
        _writer.Start();
    }

    /// <summary>It has decoded something before, which a request that fails may be due to.</summary>
    public bool Used { get; private set; }

    /// <summary>A request could not be written to its end: the process is gone, and no other may follow.</summary>
    public bool Failed => _failed;

    /// <summary>When it was last given back, in milliseconds of the system's run.</summary>
    public long IdleSince { get; set; }

    /// <summary>Begins to write a request; its frames are read by <see cref="ReadFrame"/>, then <see cref="End"/> follows.</summary>
    public void Begin(FFmpegPackets packets)
    {
        packets.Shift(_nextTime);
        _packets = packets;
        _work.Release();
    }

    /// <summary>The next wanted frame; empty when the process gave none, or no picture of the right size.</summary>
    /// <exception cref="TimeoutException">It did not come in time; the process was ended.</exception>
    public ReadOnlySpan<byte> ReadFrame() =>
        _process.Read(_picture) == _picture.Length && _picture.AsSpan().StartsWith(_pictureHeader)
            ? _picture.AsSpan(_pictureHeader.Length) : [];

    /// <summary>Ends a request, whose frames were read or whose process was ended, and waits until it is written or has <see cref="Failed"/>.</summary>
    public void End()
    {
        _read.Release();
        _written.Wait();
        _nextTime = _packets!.NextTime;
        _packets = null;
        Used = true;
    }

    /// <summary>Ends the process; whatever waits for it goes on.</summary>
    public void Kill() => _process.Kill();

    public void Dispose()
    {
        _ended = true;
        _process.Kill();
        _read.Release();
        _work.Release();
        _writer.Join();
        _process.Dispose();
        _work.Dispose();
        _read.Dispose();
        _written.Dispose();
    }

    // On a thread of its own: the process may be waiting for its frames to be taken.
    private void Write(byte[] header)
    {
        try
        {
            _process.Input.Write(header);
            while (true)
            {
                _work.Wait();
                if (_ended)
                {
                    return;
                }

                _process.Input.Write(_packets!.Bytes);
                int pushes = 0;
                while (!_read.Wait(pushes < MostPushes ? PushAfter : Timeout.InfiniteTimeSpan))
                {
                    _process.Input.Write(_packets.Push());
                    pushes++;
                }

                _written.Release();
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // The process ended; the one who reads its frames finds out.
            _failed = true;
            _written.Release();
        }
    }

    // https://wiki.multimedia.cx/index.php/Duck_IVF; the rate and the length in it play no part.
    private static byte[] IvfHeader(uint codecTag, FrameSize size)
    {
        byte[] header = new byte[32];
        "DKIF"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(6), (ushort)header.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), codecTag);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(12), (ushort)size.Width);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(14), (ushort)size.Height);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(16), 30);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(20), 1);
        return header;
    }
}
