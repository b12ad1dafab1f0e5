namespace UcfActionRecognition;

/// <summary>A video's file.</summary>
/// <param name="Name">The video's name: its path below the data folder without extension.</param>
/// <param name="Extension">With its dot.</param>
/// <param name="Also">The extension of another file of the same name, which no source reads; <see langword="null"/> where there is none.</param>
internal readonly record struct VideoFile(string Name, string Extension, string? Also = null);
