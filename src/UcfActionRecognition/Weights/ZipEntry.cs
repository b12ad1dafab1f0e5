namespace UcfActionRecognition;

/// <summary>A file inside a zip file: where its bytes lie there, as they are unless they are compressed.</summary>
internal sealed record ZipEntry(string Name, long Offset, long Length, bool IsCompressed);
