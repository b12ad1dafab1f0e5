using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace UcfActionRecognition;

/// <summary>The start of an ELF file, which says what processor it is made for.</summary>
internal static class ElfHeader
{
    private const int Size = 20;

    /// <summary>Raises a clear error unless the library is one for this process's processor.</summary>
    /// <exception cref="ActionRecognitionException">It is for another processor, or no ELF file.</exception>
    public static void CheckArchitecture(string path)
    {
        Span<byte> header = stackalloc byte[Size];
        using (var file = File.OpenHandle(path))
        {
            header = header[..RandomAccess.Read(file, header, 0)];
        }

        string found = Describe(header);
        string expected = Expected(RuntimeInformation.ProcessArchitecture);
        if (found != expected)
        {
            throw new ActionRecognitionException(
                $"'{path}' is made for {found}, and this process needs {expected}. "
                + "Reference the native package of this platform, and run the .NET of the same platform. " + TorchPackages.Advice);
        }
    }

    private static string Expected(Architecture process) => process switch
    {
        Architecture.X64 => "64-bit x86-64",
        Architecture.Arm64 => "64-bit Arm",
        Architecture.X86 => "32-bit x86",
        Architecture.Arm => "32-bit Arm",
        _ => process.ToString(),
    };

    private static string Describe(ReadOnlySpan<byte> header)
    {
        if (header.Length < Size || !header.StartsWith("\x7f"u8 + "ELF"u8))
        {
            return "no Linux at all (it is no ELF file)";
        }

        string bits = header[4] == 2 ? "64-bit" : "32-bit";
        bool littleEndian = header[5] == 1;
        ushort machine = littleEndian
            ? BinaryPrimitives.ReadUInt16LittleEndian(header[18..])
            : BinaryPrimitives.ReadUInt16BigEndian(header[18..]);
        string processor = machine switch // elf.h: EM_*
        {
            3 => "x86",
            40 or 183 => "Arm",
            62 => "x86-64",
            _ => $"processor {machine}",
        };
        return $"{bits} {processor}{(littleEndian ? "" : ", big-endian")}";
    }
}
