namespace UcfActionRecognition.Tests.Fuzzing;

/// <summary>One file of a mutant.</summary>
/// <param name="Name">Its path below the mutant's folder.</param>
/// <param name="Content">What is in it.</param>
internal readonly record struct FuzzFile(string Name, byte[] Content);
