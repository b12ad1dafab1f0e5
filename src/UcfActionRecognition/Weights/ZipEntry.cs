namespace UcfActionRecognition;

/// <summary>A file inside a zip file, stored as it is: its bytes lie at an offset of the zip file.</summary>
internal sealed record ZipEntry(string Name, long Offset, long Length);
