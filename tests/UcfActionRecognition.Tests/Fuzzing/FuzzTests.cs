using System.Globalization;

namespace UcfActionRecognition.Tests.Fuzzing;

/// <summary>
/// Mutants of every kind of file that the library reads are read or refused as documented, in bounded time and memory, whatever is in them.
/// <para>The long run, of as many mutants per target as one says:
/// <c>UCF101_FUZZ=10000 dotnet test -c Release --filter FullyQualifiedName~FuzzTests --logger "console;verbosity=detailed"</c>.</para>
/// <para>Others than the first ones: <c>UCF101_FUZZ_FIRST=10000</c> before the same command begins with that number.</para>
/// <para>One mutant again, by its target and number: <c>UCF101_FUZZ_ONE=hdf5:1234</c> before the same command. The files of a mutant
/// that did what none may are kept below <c>fuzz-findings</c> in the tests' output folder.</para>
/// </summary>
internal sealed class FuzzTests
{
    private static readonly string Findings = Path.Combine(AppContext.BaseDirectory, "fuzz-findings");

    [TestCase("hdf5", 300, 2)]
    [TestCase("lists", 300, 1)]
    [TestCase("checkpoint", 300, 1)]
    [TestCase("predictions", 300, 1)]
    [TestCase("ffmpeg", 40, 3)]
    public void Read_Mutants_GivesWhatIsInThemOrDocumentedExceptions(string target, int usual, int processes)
    {
        if (target == "ffmpeg")
        {
            ExternalProgram.Require("the ffmpeg program", "ffmpeg", "-version");
        }

        var run = new FuzzRun(target, Findings, new FuzzLimits());
        if (Environment.GetEnvironmentVariable("UCF101_FUZZ_ONE") is { Length: > 0 } one)
        {
            string[] parts = one.Split(':');
            if (parts[0] != target)
            {
                Assert.Ignore($"The mutant to try is of {parts[0]}.");
            }

            Check(run.Run(int.Parse(parts[1], CultureInfo.InvariantCulture), 1, 1));
            return;
        }

        int count = Setting("UCF101_FUZZ") ?? usual;
        FuzzReport report = run.Run(Setting("UCF101_FUZZ_FIRST") ?? 0, count, processes);
        Check(report);
        Assert.That((report.Mutants, report.Reads + report.Refusals), Is.EqualTo((count, count)));
        Assert.That(report.Reads, Is.GreaterThan(0));
        Assert.That(report.Refusals, Is.GreaterThan(0));
    }

    private static int? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } number ? int.Parse(number, CultureInfo.InvariantCulture) : null;

    private static void Check(FuzzReport report)
    {
        TestContext.Out.WriteLine(report);
        Assert.That(report.Findings, Is.Empty, report.ToString);
    }
}
