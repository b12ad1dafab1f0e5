using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace UcfActionRecognition;

/// <summary>Tells plain files from pipes, sockets and devices, which may block for ever when they are opened.</summary>
/// <remarks>.NET says no more of a path that is not open than whether it is a folder; Linux's statx does.</remarks>
internal static partial class PlainFile
{
    // linux/stat.h and linux/fcntl.h; the structure is the same on every processor.
    private const int WorkingFolder = -100;
    private const uint OnlyType = 1;
    private const int StructureBytes = 256;
    private const int ModeOffset = 28;
    private const int TypeMask = 0xf000;

    /// <summary>What the path is, where it is known to be no plain file and no folder; otherwise null.</summary>
    private static string? OtherKind(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        byte[] structure = new byte[StructureBytes];
        try
        {
            if (Status(WorkingFolder, Path.GetFullPath(path), flags: 0, OnlyType, structure) != 0)
            {
                return null;
            }
        }
        catch (EntryPointNotFoundException)
        {
            // A libc of before 2018.
            return null;
        }

        return (BinaryPrimitives.ReadUInt16LittleEndian(structure.AsSpan(ModeOffset)) & TypeMask) switch
        {
            0x1000 => "a pipe",
            0x2000 or 0x6000 => "a device",
            0xc000 => "a socket",
            _ => null,
        };
    }

    /// <summary>Refuses what would block.</summary>
    /// <exception cref="IOException">The path is known to be no plain file and no folder.</exception>
    public static void Check(string path)
    {
        if (OtherKind(path) is string kind)
        {
            throw new IOException($"It is {kind}, where a file is expected.");
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(int folder, string path, int flags, uint mask, [Out] byte[] structure);
}
