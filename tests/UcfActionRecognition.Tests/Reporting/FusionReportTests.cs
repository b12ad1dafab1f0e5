using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using UcfActionRecognition.Reporting;

namespace UcfActionRecognition.Tests.Reporting;

/// <summary>The report of two models and their combination, as files.</summary>
public partial class FusionReportTests
{
    private static readonly DateOnly Day = new(2026, 1, 31);

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public void SavePdf_HasTheNumbersAsText()
    {
        var generated = new GeneratedPredictions(classes: 24, videos: 480);
        PredictionSet single = generated.SingleFrame();
        FusionReport report = Report(generated, new FusionReportOptions { Date = Day, Facts = [new ReportFact("Commit", "0123abc"), new ReportFact("Hardware", "2 cores")] });
        string text = PdfText(report);
        ClassificationReport numbers = single.CreateReport();
        ConfusedPair worst = numbers.MostConfused(1)[0];
        ModelComparison gain = ModelComparison.Create(single, report.Combined);
        Assert.Multiple(() =>
        {
            Assert.That(text, Does.Contain("31 January 2026"));
            Assert.That(text, Does.Contain("24 classes, 480 videos"));
            Assert.That(text, Does.Contain(string.Create(CultureInfo.InvariantCulture, $"{100 * numbers.Accuracy.Top1.Value:F1} % ({100 * numbers.Intervals!.Value.Top1.Low:F1}–{100 * numbers.Intervals.Value.Top1.High:F1})")));
            Assert.That(text, Does.Match($@"single frame\s+{numbers.Accuracy.Top1.Correct} of 480\s"));
            Assert.That(text, Does.Match($@"single frame\s+combined\s+{gain.OnlyFirst.Count}\s+{gain.OnlySecond.Count}\s"));
            Assert.That(text, Does.Match($@"{worst.Actual}\s+{worst.Predicted}\s+{worst.Count}\s"));
            Assert.That(text, Does.Contain("Did combining help?"));
            Assert.That(text, Does.Contain("0123abc").And.Contain("2 cores"));
            Assert.That(text, Does.Match(@"Page 1 of \d+"));
        });
    }

    [Test]
    public void SavePdf_EmbedsItsFonts()
    {
        Report(new GeneratedPredictions(classes: 4, videos: 40)).SavePdf(_folder["report.pdf"]);
        string fonts = Encoding.UTF8.GetString(ExternalProgram.Run("pdffonts", _folder["report.pdf"]));
        string[] rows = [.. fonts.Split('\n').Skip(2).Where(line => line.Length > 0)];
        Assert.That(rows, Has.Length.EqualTo(2));
        Assert.That(rows, Has.All.Match(@"DejaVuSans.*\sTrueType\s+Identity-H\s+yes\s+\w+\s+yes\s"), "embedded, and with Unicode");
    }

    [TestCase(1, 6)]
    [TestCase(4, 60)]
    [TestCase(30, 600)]
    [TestCase(101, 3783)]
    public void SavePdf_EveryWordIsInsideThePageAndApartFromOthers(int classes, int videos)
    {
        Report(new GeneratedPredictions(classes, videos)).SavePdf(_folder["report.pdf"]);
        AssertWordsApart(_folder["report.pdf"]);
    }

    [Test]
    public void SavePdf_LongNames_StayInsideThePage()
    {
        var generated = new GeneratedPredictions(classes: 12, videos: 120, label => $"{new string((char)('A' + label), 90)}{label}");
        Report(generated).SavePdf(_folder["report.pdf"]);
        AssertWordsApart(_folder["report.pdf"]);
    }

    [Test]
    public void SaveHtml_HostileNames_AreText()
    {
        const string Hostile = "<script>alert('1')</script><img src=x onerror=alert(2)>\"'&amp;\u0000\u202E";
        var generated = new GeneratedPredictions(classes: 3, videos: 60, label => Hostile.Replace("/", "", StringComparison.Ordinal) + label);
        FusionReport report = Report(generated, new FusionReportOptions { Date = Day, Title = Hostile, Remarks = [Hostile], Facts = [new ReportFact(Hostile, Hostile)] });
        report.SaveHtml(_folder["report.html"]);
        report.SavePdf(_folder["report.pdf"]);
        string html = File.ReadAllText(_folder["report.html"]);
        Assert.Multiple(() =>
        {
            Assert.That(html, Does.Not.Contain("<script").And.Not.Contain("<img src").And.Not.Contain("\0").And.Not.Contain("\u202E"));
            Assert.That(html, Does.Contain("<h1>&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;"));
            Assert.That(Svgs(html), Is.Not.Empty);
            foreach (XElement svg in Svgs(html))
            {
                Assert.That(svg.Descendants().Select(element => element.Name.LocalName), Has.None.EqualTo("script").And.None.EqualTo("img"));
            }
        });
    }

    [Test]
    public void SaveHtml_NeedsNoNetworkAndNoScript()
    {
        Report(new GeneratedPredictions(classes: 4, videos: 60)).SaveHtml(_folder["report.html"]);
        string html = File.ReadAllText(_folder["report.html"]);
        Assert.Multiple(() =>
        {
            Assert.That(html, Does.Not.Contain("<script").And.Not.Contain("<link").And.Not.Contain("http:").And.Not.Contain("https:").And.Not.Contain("@import"));
            Assert.That(Sources().Matches(html).Select(match => match.Groups[1].Value), Is.Not.Empty.And.All.StartsWith("data:image/svg+xml;base64,"));
            Assert.That(Svgs(html).SelectMany(svg => svg.DescendantsAndSelf().Attributes()).Where(attribute => attribute.Name.LocalName == "href").Select(attribute => attribute.Value),
                Has.All.Matches<string>(value => value.StartsWith('#') || value.StartsWith("data:", StringComparison.Ordinal)));
        });
    }

    [TestCase(4, 60, 1200)]
    [TestCase(4, 60, 400)]
    [TestCase(101, 3783, 1200)]
    [TestCase(101, 3783, 400)]
    public void SaveHtml_InABrowser_ShowsEveryFigureAndIsNoWiderThanTheWindow(int classes, int videos, int width)
    {
        ExternalProgram.Require("Chromium", "chromium", "--version");
        FusionReport report = Report(new GeneratedPredictions(classes, videos));
        report.SaveHtml(_folder["report.html"]);

        // A copy with a script of the test's own, in place of the rule that forbids scripts.
        string html = File.ReadAllText(_folder["report.html"]);
        const string Probe = """
            <script>addEventListener('load', () => { const d = document.documentElement, i = [...document.images];
            d.dataset.probe = [d.scrollWidth <= innerWidth, i.length, i.filter(x => x.complete && x.naturalWidth > 0).length].join(' '); })</script></body>
            """;
        File.WriteAllText(_folder["probe.html"], Policy().Replace(html, "").Replace("</body>", Probe, StringComparison.Ordinal));
        string shown = Encoding.UTF8.GetString(ExternalProgram.Run(
            "chromium", "--headless", "--no-sandbox", "--disable-gpu", $"--user-data-dir={_folder["browser"]}", $"--window-size={width},900", "--dump-dom",
            "file://" + _folder["probe.html"]));
        int figures = report.FigureFiles.Count;
        Assert.That(shown, Does.Contain($"data-probe=\"true {figures} {figures}\""));
    }

    [Test]
    public void Save_SameInput_GivesTheSameHtmlAndPngBytes()
    {
        foreach (string run in new[] { "first", "second" })
        {
            FusionReport report = Report(new GeneratedPredictions(classes: 6, videos: 60), new FusionReportOptions { Date = Day, Videos = new ColorVideos() });
            report.SaveHtml(_folder[$"{run}/report.html"]);
            report.SaveFigures(_folder[$"{run}/figures"]);
        }

        string[] files = [.. _folder.Files().Where(file => file.StartsWith("first/", StringComparison.Ordinal)).Select(file => file["first/".Length..])];
        Assert.That(files, Does.Contain("report.html").And.Contain("figures/confusion-single.png").And.Contain("figures/video-1.png"));
        foreach (string file in files)
        {
            Assert.That(File.ReadAllBytes(_folder["second/" + file]), Is.EqualTo(File.ReadAllBytes(_folder["first/" + file])), file);
        }
    }

    [Test]
    public void Create_VideosWithoutAPrediction_AreNamedAndCountAsWrong()
    {
        var generated = new GeneratedPredictions(classes: 4, videos: 40);
        PredictionSet sequence = generated.Sequence();
        PredictionSet partial = PredictionSet.Create(
            sequence.Name, sequence.Classes, sequence.Videos, sequence.Scores.Skip(3), [new VideoFailure(sequence.Videos[0].Name, "The file is damaged.")]);
        string text = PdfText(FusionReport.Create(generated.SingleFrame(), partial, new FusionReportOptions { Date = Day }));
        Assert.Multiple(() =>
        {
            Assert.That(text, Does.Match(@"Sequence: 3 videos have no prediction and count as wrong"));
            Assert.That(text, Does.Match(@"Combined: 3 videos have no prediction"));
            Assert.That(text, Does.Match($@"sequence\s+{partial.CreateReport().Accuracy.Top1.Correct} of 40\s"));
        });
    }

    [Test]
    public void Create_NoVideoInCommon_SaysSoAndDrawsNoCurve()
    {
        var generated = new GeneratedPredictions(classes: 4, videos: 40);
        PredictionSet single = Keep(generated.SingleFrame(), even: true);
        PredictionSet sequence = Keep(generated.Sequence(), even: false);
        var report = FusionReport.Create(single, sequence, new FusionReportOptions { Date = Day });
        Assert.That(report.FigureFiles, Has.None.EqualTo("weight.png"));
        Assert.That(PdfText(report), Does.Contain("No video has a prediction of both models"));

        static PredictionSet Keep(PredictionSet set, bool even) =>
            PredictionSet.Create(set.Name, set.Classes, set.Videos, set.Scores.Where((_, i) => i % 2 == 0 == even));
    }

    [TestCase(false, "Yes. Against the better of the two models")]
    [TestCase(true, "That cannot be told from these videos.")]
    public void Create_SaysWhetherCombiningHelped(bool oneGroup, string verdict)
    {
        var generated = new GeneratedPredictions(classes: 24, videos: 480);
        var report = FusionReport.Create(Grouped(generated.SingleFrame()), Grouped(generated.Sequence()), new FusionReportOptions { Date = Day });
        Assert.That(PdfText(report), Does.Contain(verdict));

        PredictionSet Grouped(PredictionSet set) => !oneGroup ? set : PredictionSet.Create(
            set.Name, set.Classes, [.. set.Videos.Select(OfOne)], set.Scores.Select(score => score with { Video = OfOne(score.Video) }));

        static LabeledVideo OfOne(LabeledVideo video) => video with { Group = "all" };
    }

    [Test]
    public void Create_OtherVideos_Throws()
    {
        PredictionSet single = new GeneratedPredictions(classes: 4, videos: 40).SingleFrame();
        PredictionSet sequence = new GeneratedPredictions(classes: 4, videos: 36).Sequence();
        Assert.That(
            () => FusionReport.Create(single, sequence, new FusionReportOptions { Date = Day }),
            Throws.TypeOf<PredictionsException>().With.Message.Contains("do not belong together"));
    }

    [Test]
    public void Create_RunOfAnotherModel_IsLeftOutWithALine()
    {
        var generated = new GeneratedPredictions(classes: 4, videos: 40);
        var run = new ModelRun { ModelHash = "another", Facts = [new ReportFact("Recipe", "a recipe of something else")], Epochs = [new EpochMetrics(1, 1, 0.5, 1, 0.5)] };
        FusionReport report = Report(generated, new FusionReportOptions { Date = Day, SingleRun = run, SequenceRun = run with { ModelHash = "hash-of-sequence" } });
        string text = Regex.Replace(PdfText(report), @"\s+", " ");
        Assert.That(text, Does.Contain("Single frame: what is known of the run is of another model (another) than the predictions (hash-of-single-frame)"));
        Assert.That(text, Does.Match("Recipe – a recipe of something else"));
    }

    [Test]
    public void SaveHtml_ByDefault_NamesLibraryCommitAndMachine()
    {
        Report(new GeneratedPredictions(classes: 4, videos: 40)).SaveHtml(_folder["report.html"]);
        Assert.That(File.ReadAllText(_folder["report.html"]), Does.Contain("<td>Library version</td><td>0.1.0</td>")
            .And.Contain($"<td>Commit</td><td>{BuildVersion.Of(typeof(FusionReport).Assembly).Commit}</td>").And.Contain($"<td>Report made on</td><td>{System.Net.WebUtility.HtmlEncode(Machine.Description)}, "));
    }

    [Test]
    public void Create_SaysWhatEachModelWasValidatedOn()
    {
        var generated = new GeneratedPredictions(classes: 4, videos: 40);
        var run = new ModelRun { Epochs = [new EpochMetrics(1, 1, 0.5, 1, 0.5)], ValidatedOn = "held-out groups" };
        Report(generated, new FusionReportOptions { Date = Day, SingleRun = run, SequenceRun = run with { ValidatedOn = "test side" } }).SaveHtml(_folder["known.html"]);
        Report(generated, new FusionReportOptions { Date = Day, SingleRun = run with { ValidatedOn = null } }).SaveHtml(_folder["unknown.html"]);
        string known = File.ReadAllText(_folder["known.html"]);
        string unknown = File.ReadAllText(_folder["unknown.html"]);
        Assert.Multiple(() =>
        {
            Assert.That(known, Does.Contain("and validation (after the epoch; single frame: held-out groups; sequence: test side)."));
            Assert.That(LegendsOf(known), Is.EqualTo(new[] { "held-out groups", "test side", "held-out groups", "test side" }));
            Assert.That(unknown, Does.Contain("and validation (after the epoch)."));
            Assert.That(LegendsOf(unknown), Is.EqualTo(new[] { "validation", "validation" }));
        });
    }

    [Test]
    public void Create_UnreadableVideos_AreLeftOutWithALine()
    {
        FusionReport report = Report(new GeneratedPredictions(classes: 4, videos: 40), new FusionReportOptions { Date = Day, Videos = new ColorVideos { IsBroken = true } });
        Assert.That(PdfText(report), Does.Contain("Its frames are left out: It is broken."));
    }

    [Test]
    public void Save_UnwritableFolder_ThrowsAndLeavesNoFile()
    {
        File.WriteAllText(_folder["file"], "");
        FusionReport report = Report(new GeneratedPredictions(classes: 4, videos: 40));
        Assert.Multiple(() =>
        {
            Assert.That(() => report.SavePdf(_folder["file/report.pdf"]), Throws.InstanceOf<IOException>());
            Assert.That(() => report.SaveHtml(_folder["file/report.html"]), Throws.InstanceOf<IOException>());
            Assert.That(() => report.SaveFigures(_folder["file/figures"]), Throws.InstanceOf<IOException>());
            Assert.That(_folder.Files(), Is.EqualTo(new[] { "file" }));
        });
    }

    private static FusionReport Report(GeneratedPredictions generated, FusionReportOptions? options = null) =>
        FusionReport.Create(generated.SingleFrame(), generated.Sequence(), options ?? new FusionReportOptions { Date = Day });

    private string PdfText(FusionReport report)
    {
        report.SavePdf(_folder["report.pdf"]);
        return Encoding.UTF8.GetString(ExternalProgram.Run("pdftotext", "-layout", _folder["report.pdf"], "-"));
    }

    // Of the dashed curves of training.
    private static IEnumerable<string> LegendsOf(string html) => Svgs(html)
        .SelectMany(svg => svg.Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value.Trim()))
        .Where(text => text is "test" or "test side" or "held-out groups" or "validation");

    // The boxes are as high as a line of the font, a quarter of which is above and below any letter.
    private static void AssertWordsApart(string pdf)
    {
        var document = XDocument.Parse(Encoding.UTF8.GetString(ExternalProgram.Run("pdftotext", "-bbox", pdf, "-")));
        XElement[] pages = [.. document.Descendants().Where(element => element.Name.LocalName == "page")];
        Assert.That(pages, Is.Not.Empty);
        foreach ((XElement page, int number) in pages.Select((page, i) => (page, i + 1)))
        {
            var words = page.Elements().Select(Word.Of).ToArray();
            Assert.That(words, Is.Not.Empty, $"page {number}");
            foreach (Word word in words)
            {
                Assert.That(word.Left >= 40 && word.Right <= 595 - 40 && word.Top >= 30 && word.Bottom <= 842 - 20, $"page {number}: '{word}' is outside the margins");
            }

            string[] overlaps = [.. words.SelectMany((word, i) => words.Skip(i + 1).Where(word.Overlaps).Select(other => $"page {number}: '{word}' and '{other}'"))];
            Assert.That(overlaps, Is.Empty);
        }
    }

    private static IEnumerable<XElement> Svgs(string html) => Sources().Matches(html)
        .Select(match => match.Groups[1].Value["data:image/svg+xml;base64,".Length..])
        .Select(data => XDocument.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(data))).Root!);

    [GeneratedRegex("src=\"([^\"]*)\"")]
    private static partial Regex Sources();

    [GeneratedRegex("<meta http-equiv=\"Content-Security-Policy\"[^>]*>")]
    private static partial Regex Policy();

    private sealed record Word(double Left, double Top, double Right, double Bottom, string Text)
    {
        public static Word Of(XElement word) => new(Number(word, "xMin"), Number(word, "yMin"), Number(word, "xMax"), Number(word, "yMax"), word.Value);

        public bool Overlaps(Word other) =>
            Math.Min(Right, other.Right) - Math.Max(Left, other.Left) > Slack(other) && Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top) > Slack(other);

        private double Slack(Word other) => 0.3 * Math.Min(Math.Min(Bottom - Top, Right - Left), Math.Min(other.Bottom - other.Top, other.Right - other.Left));

        private static double Number(XElement word, string name) => double.Parse(word.Attribute(name)!.Value, CultureInfo.InvariantCulture);
    }
}
