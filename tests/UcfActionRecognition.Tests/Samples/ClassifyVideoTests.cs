using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using UcfActionRecognition.Tests.Sources;

namespace UcfActionRecognition.Tests.Samples;

/// <summary>ClassifyVideo as a user runs it, with a network that knows nothing and classes whose names are hard to write.</summary>
public class ClassifyVideoTests
{
    private static readonly string[] Classes = ["Push,Ups", "Say \"hi\"\nthere", "[red]Yo[/]Yo", "Ünïcode ✓"];

    private TemporaryFolder _folder = null!;
    private IReadOnlyList<double> _expected = null!;

    [OneTimeSetUp]
    public void MakeVideos()
    {
        ExternalProgram.Require("the ffmpeg program", "ffmpeg", "-version");
        _folder = new TemporaryFolder();
        Directory.CreateDirectory(_folder["videos/below"]);
        FFmpegVideos.Make(_folder["videos/a.avi"], frames: 40);
        FFmpegVideos.Run("-i", _folder["videos/a.avi"], "-c", "copy", _folder["videos/below/b.MKV"]);
        File.WriteAllText(_folder["videos/broken.mp4"], "This is no video.");
        File.WriteAllText(_folder["videos/notes.txt"], "Neither is this.");
        using ResNet2D model = ActionModels.ResNet18(Classes, options: new ResNet2DOptions { Size = FrameSize.Square(32), Seed = 1 });
        ModelCheckpoint.Save(_folder["checkpoint.safetensors"], model);
        using var classifier = new VideoClassifier(model);
        _expected = classifier.Classify(_folder["videos/a.avi"]).Probabilities.Values;
    }

    [OneTimeTearDown]
    public void DeleteFolder() => _folder?.Dispose();

    [Test]
    public void Json_AFolderWithABrokenVideo_TellsAllAndFails()
    {
        (int exitCode, string[] lines) = RunLines("json", _folder["videos"]);
        JsonNode[] objects = [.. lines.Select(line => JsonNode.Parse(line)!)];
        JsonArray classes = objects[0]["classes"]!.AsArray();
        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.EqualTo(1));
            Assert.That(objects.Select(entry => (Path.GetFileName((string)entry["video"]!), (string)entry["kind"]!)),
                Is.EqualTo(new[] { ("a.avi", "video"), ("b.MKV", "video"), ("broken.mp4", "error") }));
            Assert.That((string)objects[2]["error"]!, Does.Contain("no frame of a video came of it"));
            Assert.That(classes.Select(entry => (string)entry!["class"]!), Is.EquivalentTo(Classes));
            Assert.That(classes.Select(entry => (double)entry!["probability"]!), Is.EqualTo(_expected.OrderDescending()).Within(1e-5));
            Assert.That(((int)objects[0]["end_frame"]!, (double)objects[0]["end_seconds"]!, (int)objects[0]["clips"]!), Is.EqualTo((40, 1.6, 40)));
            Assert.That(objects[1]["classes"]!.ToJsonString(), Is.EqualTo(classes.ToJsonString()), "the same frames in another container");
        });
    }

    [Test]
    public void Csv_ReadBack_HasWhatJsonHas()
    {
        string[] arguments = ["--timeline", "--window-stride", "8", "--top", "2", _folder["videos/a.avi"], _folder["videos/broken.mp4"]];
        (int exitCode, string[] json) = RunLines("json", arguments);
        using var csv = new StringReader(Run("csv", arguments).Output);
        CsvRecord[] rows = [.. new CsvReader(csv).Read()];
        IEnumerable<string[]> expected = json.Select(line => JsonNode.Parse(line)!).SelectMany(entry =>
            entry["classes"]?.AsArray().Select((best, i) => new[]
            {
                (string)entry["video"]!, (string)entry["kind"]!, Text(entry["first_frame"]), Text(entry["end_frame"]), Text(entry["start_seconds"]), Text(entry["end_seconds"]),
                $"{i + 1}", (string)best!["class"]!, Text(best["probability"]), "",
            })
            ?? [[(string)entry["video"]!, "error", "", "", "", "", "", "", "", (string)entry["error"]!]]);
        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.EqualTo(1));
            Assert.That(rows[0].Fields, Is.EqualTo(new[] { "video", "kind", "first_frame", "end_frame", "start_seconds", "end_seconds", "rank", "class", "probability", "error" }));
            Assert.That(rows[1..].Select(row => row.Fields), Is.EqualTo(expected));
            Assert.That(json.Select(line => (int?)JsonNode.Parse(line)!["first_frame"]), Is.EqualTo(new int?[] { 0, 8, 16, 24, 0, null }), "the windows, the video, the broken one");
        });

        static string Text(JsonNode? number) => ((double)number!).ToString(CultureInfo.InvariantCulture);
    }

    [Test]
    public void Table_ShowsTheBestClassesAndTheTimeline()
    {
        (int exitCode, string output) = Run("table", "--timeline", _folder["videos/a.avi"], _folder["videos/broken.mp4"]);
        int best = _expected.Index().MaxBy(entry => entry.Item).Index;
        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.EqualTo(1));
            Assert.That(output, Does.Match(@"a\.avi  0:00\.0-0:0\d\.\d  \S.*  \d+\.\d %\n(.*\n)*?.*a\.avi .*0:01\.6"), "segments from the start to the end");
            Assert.That(output, Does.Contain(string.Create(CultureInfo.InvariantCulture, $"{100 * _expected[best]:F1} %")));
            Assert.That(output, Does.Contain("[red]Yo[/]Yo").And.Contain("Say \"hi\"?there").And.Contain("Ünïcode ✓"));
            Assert.That(output, Does.Match(@"│ - +│ cannot be read +│ +- │"));
            Assert.That(output, Does.Match("(?m)^Cannot read the video '.*broken.mp4': no frame of a video came of it.*ffmpeg says: moov atom not found; "));
        });
    }

    [Test]
    public void Pipe_FromFFmpeg_GivesTheFilesResult()
    {
        string program = FreshProcess.ProgramOf("samples", "ClassifyVideo");
        (int exitCode, string output) = FreshProcess.Finish(FreshProcess.Start(
            "/bin/sh",
            ["-c", "ffmpeg -loglevel error -i \"$1\" -c copy -f matroska - | \"$2\" \"$3\" --checkpoint \"$4\" --device cpu --format json -", "sh", _folder["videos/a.avi"], FreshProcess.Dotnet, program, _folder["checkpoint.safetensors"]],
            []));
        Assert.That(exitCode, Is.Zero, output);
        JsonNode result = JsonNode.Parse(output)!;
        Assert.That(((string)result["video"]!, (int)result["end_frame"]!, (double)result["frames_per_second"]!), Is.EqualTo(("-", 40, 25.0)));
        Assert.That(result["classes"]!.AsArray().Select(entry => (double)entry!["probability"]!), Is.EqualTo(_expected.OrderDescending()).Within(1e-5));
    }

    [Test]
    public void Pipe_ThatHasNotEnded_GivesWindowsAlready()
    {
        FFmpegVideos.Make(_folder["long.mkv"], frames: 400);
        byte[] video = File.ReadAllBytes(_folder["long.mkv"]);
        File.WriteAllBytes(_folder["first"], video[..(video.Length / 2)]);
        File.WriteAllBytes(_folder["second"], video[(video.Length / 2)..]);
        string program = FreshProcess.ProgramOf("samples", "ClassifyVideo");
        Process running = FreshProcess.Start(
            "/bin/sh",
            ["-c", "cd \"$3\" && (cat first; while [ ! -e go-on ]; do sleep 0.1; done; cat second) | \"$1\" \"$2\" --checkpoint checkpoint.safetensors --device cpu --format json --timeline -", "sh", FreshProcess.Dotnet, program, _folder.Path],
            []);
        string? first = running.StandardOutput.ReadLine();
        File.WriteAllText(_folder["go-on"], "");
        (int exitCode, string rest) = FreshProcess.Finish(running);
        Assert.That(exitCode, Is.Zero, rest);
        Assert.That((int)JsonNode.Parse(first!)!["end_frame"]!, Is.EqualTo(16));
        Assert.That((int)JsonNode.Parse(rest.TrimEnd().Split('\n')[^1])!["end_frame"]!, Is.EqualTo(400));
    }

    [Test]
    public void Plot_IsAPngOfItsSize()
    {
        (int exitCode, string output) = Run("table", "--plot", _folder["plot/timeline.png"], _folder["videos/a.avi"]);
        Assert.That(exitCode, Is.Zero, output);
        byte[] png = File.ReadAllBytes(_folder["plot/timeline.png"]);
        Assert.That(Encoding.Latin1.GetString(png, 1, 3), Is.EqualTo("PNG"));
        Assert.That((BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20))), Is.EqualTo((1497, 690)));
    }

    [Test]
    public void WrongInput_SaysWhatToDo() => Assert.Multiple(() =>
    {
        Directory.CreateDirectory(_folder["empty"]);
        AssertFails("There is no video in", _folder["empty"]);
        AssertFails("--plot draws one video; 2 were given.", "--plot", _folder["x.png"], _folder["videos/a.avi"], _folder["videos/a.avi"]);
        AssertFails("--top is 1 or more.", "--top", "0", _folder["videos/a.avi"]);
        AssertFails("WindowStride", "--window-stride", "0", _folder["videos/a.avi"]);
        AssertFails("Cannot find the video", _folder["videos/none.avi"]);
    });

    private void AssertFails(string message, params string[] arguments)
    {
        (int exitCode, string output) = Run("json", arguments);
        Assert.That(exitCode, Is.EqualTo(1), output);
        Assert.That(output, Does.Contain(message).And.Not.Contain("   at "));
    }

    private (int ExitCode, string Output) Run(string format, params string[] arguments) => FreshProcess.RunSample(
        "ClassifyVideo", ["--checkpoint", _folder["checkpoint.safetensors"], "--device", "cpu", "--format", format, .. arguments]);

    private (int ExitCode, string[] Lines) RunLines(string format, params string[] arguments)
    {
        (int exitCode, string output) = Run(format, arguments);
        return (exitCode, output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
