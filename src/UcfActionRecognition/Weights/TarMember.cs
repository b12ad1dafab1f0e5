namespace UcfActionRecognition;

/// <summary>A plain file inside a tar file: where its bytes lie there.</summary>
internal sealed record TarMember(string Name, long Offset, long Length);
