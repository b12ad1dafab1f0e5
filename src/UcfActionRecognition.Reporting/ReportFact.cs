namespace UcfActionRecognition.Reporting;

/// <summary>One line of a report's description of the run.</summary>
/// <param name="Name">What it is: <c>Commit</c>.</param>
/// <param name="Value">Its value.</param>
public sealed record ReportFact(string Name, string Value);
