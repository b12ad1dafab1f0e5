namespace UcfActionRecognition;

/// <summary>One record of a CSV file.</summary>
/// <param name="Line">The line that it begins on, from 1.</param>
/// <param name="Fields">Its fields, without the space around them.</param>
/// <param name="Problem">Why it cannot be read; <see langword="null"/> where it can.</param>
internal readonly record struct CsvRecord(int Line, IReadOnlyList<string> Fields, string? Problem);
