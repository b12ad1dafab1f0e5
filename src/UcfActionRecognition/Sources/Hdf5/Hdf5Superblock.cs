using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace UcfActionRecognition;

/// <summary>The few bytes at the start of an HDF5 file that tell whether it is one, and whether it is whole.</summary>
internal static class Hdf5Superblock
{
    private const int MostBytes = 64;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Finds the superblock: at the start, or at 512, 1024, ... behind a block that the file's user keeps there.</summary>
    /// <exception cref="Hdf5FormatException">The file is not HDF5, or shorter than it says: the HDF5 library refuses those too.</exception>
    public static long Find(SafeFileHandle file, long length)
    {
        Span<byte> block = stackalloc byte[MostBytes];
        for (long start = 0; start + MostBytes <= length; start = start == 0 ? 512 : start * 2)
        {
            int count = RandomAccess.Read(file, block, start);
            if (count == MostBytes && block.StartsWith(Signature))
            {
                CheckEnd(block, length);
                return start;
            }
        }

        throw new Hdf5FormatException($"it is no HDF5 file: the signature is not among its {length} bytes");
    }

    private static void CheckEnd(ReadOnlySpan<byte> block, long length)
    {
        // Version 0 and 1: sizes at 13 and 14, addresses from 24 or 28 (base, free space, end).
        // From version 2 on: sizes at 9 and 10, addresses from 12 (base, extension, end).
        byte version = block[8];
        int addressBytes = version < 2 ? block[13] : block[9];
        int lengthBytes = version < 2 ? block[14] : block[10];
        int firstAddress = version switch { 0 => 24, 1 => 28, _ => 12 };
        if (addressBytes != sizeof(ulong) || lengthBytes != sizeof(ulong))
        {
            throw new Hdf5FormatException($"its addresses and lengths have {addressBytes} and {lengthBytes} bytes; only 8 are supported");
        }

        ulong end = BinaryPrimitives.ReadUInt64LittleEndian(block[(firstAddress + (2 * addressBytes))..]);
        if (end > (ulong)length)
        {
            throw new Hdf5FormatException($"it is cut short: it has {length} of its {end} bytes");
        }
    }
}
