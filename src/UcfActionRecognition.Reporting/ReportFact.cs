using System.Runtime.InteropServices;

namespace UcfActionRecognition.Reporting;

/// <summary>One line of a report's description of the run.</summary>
/// <param name="Name">What it is: <c>Commit</c>.</param>
/// <param name="Value">Its value.</param>
public sealed record ReportFact(string Name, string Value)
{
    /// <summary>What makes the report: this library's version and commit, and the machine.</summary>
    public static IReadOnlyList<ReportFact> LibraryAndMachine { get; } = Describe(BuildVersion.Of(typeof(ReportFact).Assembly));

    private static ReportFact[] Describe(BuildVersion build) =>
    [
        new("Library version", build.Version),
        new("Commit", build.Commit ?? "not known"),
        new("Report made on", $"{Machine.Description}, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}"),
    ];
}
