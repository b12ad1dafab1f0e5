using UcfActionRecognition.Tests.Sources;

namespace UcfActionRecognition.Tests.Loading;

/// <summary>Names and links that file systems allow and programs stumble over.</summary>
[Platform("Linux")]
public class VideoNameTests
{
    private static readonly string[] Names =
    [
        "two words/ a b ", "umlauts/äöü ñ 漢字", "combining/e\u0301", "emoji/\U0001F3C3\u200D\u2640\uFE0F", "right to left/\u05E9\u05DC\u05D5\u05DD \u202Eabc",
        "pattern/%d", "pattern/%03d_x", "pattern/img*?[1]", "-i/-leading", "#hash/#1?a=b&c", "line/new\nline", "tab/\t", "quotes/'a\"b`", "colon/C:x",
        "protocol/file:x", "protocol/concat:a|b", "protocol/pipe:1", "shell/$(touch x);&", "dots/ends.", "dots/a.avi.hdf5", "~/tilde", "bytes/" + "\u0001\u007F",
    ];

    private static readonly AugmentationPipeline Augmentation = AugmentationPipeline.Create().Resize(new FrameSize(24, 32));

    private TemporaryFolder _folder = null!;

    private static IEnumerable<string> Extensions => [".hdf5", ".avi"];

    [SetUp]
    public void CreateFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [TestCaseSource(nameof(Extensions))]
    public void ReadEpoch_StrangeNames_AreThoseFiles(string extension)
    {
        // What a pattern would find in place of the file that bears its name.
        string decoy = MakeVideo("decoy", extension, frames: 3);
        Directory.CreateDirectory(_folder["data/pattern"]);
        Array.ForEach(["0", "1", "001_x", "img1"], name => File.Copy(decoy, _folder[$"data/pattern/{name}{extension}"]));
        AssertAllAlike(Names, extension);
    }

    [TestCaseSource(nameof(Extensions))]
    public void ReadEpoch_LongestNamesAndPaths_AreRead(string extension)
    {
        string folder = string.Join('/', Enumerable.Repeat(new string('f', 250), 14));
        AssertAllAlike([new string('n', 255 - extension.Length), folder + "/" + new string('v', 200)], extension);
    }

    [TestCaseSource(nameof(Extensions))]
    public void ReadEpoch_Links_AreFollowedAndBrokenOnesListed(string extension)
    {
        string video = MakeVideo("made", extension, frames: 9);
        Directory.CreateDirectory(_folder["elsewhere"]);
        Directory.CreateDirectory(_folder["data/links"]);
        File.Copy(video, _folder["elsewhere/a" + extension]);
        Directory.CreateSymbolicLink(_folder["data/folder"], "../elsewhere");
        File.CreateSymbolicLink(_folder["data/links/file" + extension], _folder["elsewhere/a" + extension]);
        File.CreateSymbolicLink(_folder["data/links/chain" + extension], "file" + extension);
        File.CreateSymbolicLink(_folder["data/links/dangling" + extension], "nothing");
        File.CreateSymbolicLink(_folder["data/links/loop" + extension], "loop" + extension);
        File.CreateSymbolicLink(_folder["data/links/folder" + extension], "../folder");
        EpochClips epoch = Read(["folder/a", "links/file", "links/chain", "links/dangling", "links/loop", "links/folder"], extension);
        Assert.Multiple(() =>
        {
            Assert.That(epoch.FailedVideos.Order(StringComparer.Ordinal), Is.EqualTo(new[] { "links/dangling", "links/folder", "links/loop" }));
            Assert.That(epoch.Failures, Has.All.Matches<VideoFailure>(failure => failure.Reason.Contains(failure.Video, StringComparison.Ordinal)));
            Assert.That(epoch.Clips.Select(clip => Convert.ToHexString(clip.Clip)).Distinct().Count(), Is.EqualTo(1));
        });
    }

    private void AssertAllAlike(string[] names, string extension)
    {
        string video = MakeVideo("made", extension, frames: 9);
        foreach (string name in names)
        {
            string path = _folder[$"data/{name}{extension}"];
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Copy(video, path);
        }

        EpochClips epoch = Read(names, extension);
        Assert.Multiple(() =>
        {
            Assert.That(epoch.Failures, Is.Empty);
            Assert.That(epoch.Clips.Select(clip => clip.Video), Is.EqualTo(names));
            Assert.That(epoch.Clips.Select(clip => Convert.ToHexString(clip.Clip)).Distinct().Count(), Is.EqualTo(1));
        });
    }

    private EpochClips Read(string[] names, string extension)
    {
        using IVideoClipSource source = extension == ".avi"
            ? new FFmpegVideoClipSource(_folder["data"], new() { IndexFolder = _folder["index"] }) : new Hdf5VideoClipSource(_folder["data"]);
        LabeledVideo[] videos = [.. names.Select(name => new LabeledVideo(name, 0, "group"))];
        using var loader = new ClipLoader(videos, source, new CenterClip(4), Augmentation, new() { BatchSize = 4, Workers = 2, Shuffle = false, MaxFailureShare = 1 });
        return EpochClips.Read(loader, 0);
    }

    private string MakeVideo(string name, string extension, int frames)
    {
        string path = _folder[name + extension];
        if (extension == ".avi")
        {
            FFmpegVideos.Make(path, frames);
        }
        else
        {
            byte[] pixels = new byte[frames * 48 * 64 * 3];
            new Random(frames).NextBytes(pixels);
            Hdf5VideoWriter.Write(path, 48, 64, pixels);
        }

        return path;
    }
}
