using System.Diagnostics;
using System.IO.Pipes;
using System.Text;

namespace UcfActionRecognition.Tests.Sources;

internal sealed class FFmpegStreamsTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp()
    {
        ExternalProgram.Require("the ffmpeg program", "ffmpeg", "-version");
        _folder = new TemporaryFolder();
    }

    [TearDown]
    public void TearDown() => _folder?.Dispose();

    [TestCase("avi", "25", 25.0)]
    [TestCase("mkv", "30000/1001", 30000.0 / 1001)]
    [TestCase("mp4", "24000/1001", 24000.0 / 1001)]
    [TestCase("of.no.known.extension.avi", "10", 10.0)]
    public void Open_AFile_GivesTheClipSourcesFrames(string name, string rate, double framesPerSecond)
    {
        FFmpegVideos.Make(_folder[$"a.{name}"], frames: 12, rate: rate);
        using VideoReader reader = new FFmpegStreams().Open(_folder[$"a.{name}"]);
        Assert.That((reader.Info.Height, reader.Info.Width, reader.Info.FrameCount), Is.EqualTo((48, 64, (int?)null)));
        Assert.That(reader.Info.FramesPerSecond, Is.EqualTo(framesPerSecond).Within(1e-9));
        Assert.That(reader.ReadToEnd().AsSpan().SequenceEqual(FFmpegVideos.Decode(_folder[$"a.{name}"])), Is.True);
        Assert.That(reader.ReadNext(new byte[reader.Info.FrameBytes]), Is.False);
    }

    [Test]
    public void Open_AStreamThatHasNotEnded_GivesTheFramesThatAreThere()
    {
        FFmpegVideos.Make(_folder["a.mkv"], frames: 300);
        byte[] video = File.ReadAllBytes(_folder["a.mkv"]);
        byte[] decoded = FFmpegVideos.Decode(_folder["a.mkv"]);
        using var pipe = new OpenPipe();
        using var written = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var thread = new Thread(() =>
        {
            pipe.Writer.Write(video, 0, video.Length / 2);
            written.Set();
            goOn.Wait();
            pipe.Writer.Write(video, video.Length / 2, video.Length - (video.Length / 2));
            pipe.Writer.Dispose();
        })
        { IsBackground = true };
        thread.Start();
        using VideoReader reader = new FFmpegStreams().Open(pipe.Reader, "pipe");
        byte[] frame = new byte[reader.Info.FrameBytes];
        for (int i = 0; i < 100; i++)
        {
            Assert.That(reader.ReadNext(frame), Is.True);
            Assert.That(frame.AsSpan().SequenceEqual(decoded.AsSpan(i * frame.Length, frame.Length)), Is.True, $"frame {i}");
        }

        Assert.That(written.IsSet && !goOn.IsSet, Is.True);
        goOn.Set();
        Assert.That(reader.ReadToEnd().AsSpan().SequenceEqual(decoded.AsSpan(100 * frame.Length)), Is.True);
        thread.Join();
    }

    [Test]
    public void Open_ACutFile_HasTheFramesThatDecode()
    {
        FFmpegVideos.Make(_folder["whole.avi"], frames: 40);
        byte[] whole = File.ReadAllBytes(_folder["whole.avi"]);
        File.WriteAllBytes(_folder["a.avi"], whole[..(whole.Length / 2)]);
        using VideoReader reader = new FFmpegStreams().Open(_folder["a.avi"]);
        Assert.That(reader.ReadToEnd().AsSpan().SequenceEqual(FFmpegVideos.Decode(_folder["a.avi"])), Is.True);
    }

    [Test]
    public void Open_WhatIsNoVideo_SaysSo()
    {
        string text = string.Concat(Enumerable.Repeat("This is no video.\n", 500));
        File.WriteAllText(_folder["text.avi"], text);
        File.WriteAllBytes(_folder["empty.avi"], []);
        var streams = new FFmpegStreams();
        Assert.Multiple(() =>
        {
            Assert.That(() => streams.Open(_folder["text.avi"]), Fails("no frame of a video came of it. Expected a video", $"ffmpeg says: file:{_folder["text.avi"]}: Invalid data found when processing input"));
            Assert.That(() => streams.Open(_folder["empty.avi"]), Fails("it is empty (0 bytes)"));
            Assert.That(() => streams.Open(_folder["none.avi"]), Fails("Cannot find the video", "found no such file"));
            Assert.That(() => streams.Open(_folder.Path), Fails("Cannot find the video", "found a folder of that name"));
            Assert.That(() => streams.Open(new MemoryStream(Encoding.UTF8.GetBytes(text)), "pipe"), Fails("'pipe': no frame of a video came of it", "ffmpeg says: "));
            Assert.That(() => streams.Open(new MemoryStream(), "pipe"), Fails("'pipe': no frame of a video came of it"));
        });

        static NUnit.Framework.Constraints.IResolveConstraint Fails(string message, string more = "") =>
            Throws.TypeOf<VideoReadException>().With.Message.Contains(message).And.Message.Contains(more);
    }

    [Test]
    public void ReadNext_OfAStreamThatFails_SaysWhy()
    {
        FFmpegVideos.Make(_folder["a.mkv"], frames: 40);
        using VideoReader reader = new FFmpegStreams().Open(new FailingStream(File.ReadAllBytes(_folder["a.mkv"])[..^100]), "camera");
        Assert.That(reader.ReadToEnd, Throws.TypeOf<VideoReadException>().With.Message.Contains("The stream failed: It was unplugged.").And.InnerException.TypeOf<IOException>());
    }

    [Test]
    public void ReadFrames_IsNotSupported()
    {
        FFmpegVideos.Make(_folder["a.avi"], frames: 2);
        using VideoReader reader = new FFmpegStreams().Open(_folder["a.avi"]);
        Assert.That(() => reader.Read(0), Throws.TypeOf<NotSupportedException>().With.Message.Contains("is read forwards only"));
    }

    [Test]
    public void Open_AFrameOverTheLimit_Throws()
    {
        FFmpegVideos.Make(_folder["a.avi"], frames: 2);
        var streams = new FFmpegStreams(new FFmpegVideoClipSourceOptions { MaxFramePixels = (64 * 48) - 1 });
        Assert.That(() => streams.Open(_folder["a.avi"]), Throws.TypeOf<VideoReadException>().With.Message.Contains("its frames are 48x64; up to 3071 pixels are accepted"));
    }

    [Test]
    [Platform("Linux")]
    public void Open_AProgramThatGivesNoPicture_SaysWhatCame()
    {
        FFmpegVideos.Make(_folder["a.avi"], frames: 2);
        File.WriteAllText(_folder["ffmpeg"], "#!/bin/sh\nif [ \"$1\" = -version ]; then echo 'ffmpeg version 5.1'; else printf 'P5\\n64 48\\n255\\n'; fi\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder["ffmpeg"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var streams = new FFmpegStreams(new FFmpegVideoClipSourceOptions { FFmpegPath = _folder["ffmpeg"] });
        Assert.That(() => streams.Open(_folder["a.avi"]), Throws.TypeOf<VideoReadException>().With.Message.Contains("ffmpeg gave 'P5 64 48 255' where a PPM picture"));
    }

    [Test]
    public void Open_ASilentStream_IsGivenUpAfterItsTime()
    {
        using var pipe = new OpenPipe();
        var streams = new FFmpegStreams(new FFmpegVideoClipSourceOptions { FrameTimeout = TimeSpan.FromSeconds(2) });
        Assert.That(() => streams.Open(pipe.Reader, "camera"), Throws.TypeOf<VideoReadException>().With.Message.Contains("nothing came for 2 s"));
    }

    [Test]
    public void Open_ASilentStream_IsCancelled()
    {
        using var pipe = new OpenPipe();
        var streams = new FFmpegStreams();
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        Assert.That(() => streams.Open(pipe.Reader, "camera", cancel.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Dispose_InTheMiddle_EndsTheProgram()
    {
        FFmpegVideos.Make(_folder["a.mkv"], frames: 300, size: "320x240");
        int before = Programs();
        VideoReader reader = new FFmpegStreams().Open(_folder["a.mkv"]);
        Assert.That(Programs(), Is.GreaterThan(before));
        reader.Dispose();
        Assert.That(Programs(), Is.EqualTo(before));

        int Programs() => Process.GetProcessesByName("ffmpeg").Count(process => CommandOf(process).Contains(_folder.Path, StringComparison.Ordinal));

        static string CommandOf(Process process)
        {
            try
            {
                return File.ReadAllText($"/proc/{process.Id}/cmdline");
            }
            catch (IOException)
            {
                return "";
            }
        }
    }

    [TestCase("Stream #0:0: Video: ppm, rgb24, 64x48, q=2-31, 200 kb/s, 25 fps, 25 tbn", 25.0)]
    [TestCase("Stream #0:0(eng): Video: ppm, rgb24, 64x48 [SAR 1:1 DAR 4:3], 200 kb/s, 29.97 fps, 29.97 tbn (default)", 30000.0 / 1001)]
    [TestCase("Stream #0:0: Video: ppm, rgb24, 64x48, 200 kb/s, 23.98 fps, 1k tbn", 24000.0 / 1001)]
    [TestCase("Stream #0:0: Video: ppm, rgb24, 64x48, 200 kb/s, 12.50 fps, 1k tbn", 12.5)]
    [TestCase("Stream #0:0: Video: ppm, rgb24, 64x48, q=2-31, 200 kb/s, 1k tbn", null)]
    [TestCase("Stream mapping:", null)]
    public void StartLog_FindsTheRateOfTheOutput(string line, double? rate)
    {
        const string Start = "[info]   Stream #0:0: Video: mpeg4, 64x48, 50 fps\n[info] Output #0, image2pipe, to 'pipe:1':\n[info]   ";
        var log = new FFmpegStartLog();
        foreach (byte[] piece in Encoding.UTF8.GetBytes($"{Start}{line}\n[info] Stream #0:1: Video: 99 fps\n").Chunk(7))
        {
            log.Take(piece);
        }

        log.Take([]);
        Assert.That(log.FramesPerSecond(), Is.EqualTo(rate).Within(1e-9));
    }

    /// <summary>A pipe that stays open; its reading end waits for what reads there, so the writing end goes first.</summary>
    private sealed class OpenPipe : IDisposable
    {
        public OpenPipe() => Reader = new AnonymousPipeClientStream(PipeDirection.In, Writer.ClientSafePipeHandle);

        public AnonymousPipeServerStream Writer { get; } = new(PipeDirection.Out);

        public AnonymousPipeClientStream Reader { get; }

        public void Dispose()
        {
            Writer.Dispose();
            Reader.Dispose();
        }
    }

    private sealed class FailingStream(byte[] first) : MemoryStream(first)
    {
        public override int Read(byte[] buffer, int offset, int count) =>
            base.Read(buffer, offset, count) is > 0 and int read ? read : throw new IOException("It was unplugged.");
    }
}
