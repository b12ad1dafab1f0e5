namespace UcfActionRecognition;

/// <summary>A version that an ELF file needs from another, and where its flags stand in the file.</summary>
/// <param name="File">The library that has to provide it, such as <c>libstdc++.so.6</c>.</param>
/// <param name="Version">The version's name, such as <c>GLIBCXX_3.4.32</c>.</param>
/// <param name="Index">The number by which symbols refer to it.</param>
/// <param name="IsWeak">Whether the loader ignores its absence.</param>
/// <param name="FlagsOffset">Offset in the file of the 16-bit flags.</param>
internal sealed record ElfVersionNeed(string File, string Version, ushort Index, bool IsWeak, int FlagsOffset);
