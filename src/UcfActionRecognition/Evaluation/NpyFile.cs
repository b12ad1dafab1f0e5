using System.Runtime.InteropServices;
using System.Text;

namespace UcfActionRecognition;

/// <summary>Writes numpy's <c>.npy</c> format, version 1.0 (numpy.lib.format).</summary>
internal static class NpyFile
{
    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];

    public static void Write(string path, float[,] values)
    {
        string description = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({values.GetLength(0)}, {values.GetLength(1)}), }}";

        // The data begins at a multiple of 64 bytes: magic 8, length 2, then the description, spaces and a line end.
        int length = (10 + description.Length + 1 + 63) / 64 * 64 - 10;
        AtomicFile.WriteStream(path, stream =>
        {
            stream.Write(Magic);
            stream.Write([(byte)length, (byte)(length >> 8)]);
            stream.Write(Encoding.ASCII.GetBytes(description.PadRight(length - 1) + "\n"));
            stream.Write(MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref values[0, 0], values.Length)));
        });
    }
}
