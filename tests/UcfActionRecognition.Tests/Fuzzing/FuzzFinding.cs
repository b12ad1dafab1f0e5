namespace UcfActionRecognition.Tests.Fuzzing;

/// <summary>A mutant that did what none may.</summary>
/// <param name="Number">The mutant.</param>
/// <param name="Outcome">What it did.</param>
/// <param name="Detail">More about it.</param>
/// <param name="Folder">Where its files were kept.</param>
internal sealed record FuzzFinding(int Number, FuzzOutcome Outcome, string Detail, string Folder);
