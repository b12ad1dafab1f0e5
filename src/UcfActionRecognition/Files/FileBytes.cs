using Microsoft.Win32.SafeHandles;

namespace UcfActionRecognition;

/// <summary>Reads at offsets of files that may be shorter than they were.</summary>
internal static class FileBytes
{
    /// <summary>Fills the buffer from an offset on.</summary>
    /// <exception cref="EndOfStreamException">The file ends before.</exception>
    public static void ReadExactly(SafeFileHandle file, Span<byte> bytes, long offset)
    {
        while (!bytes.IsEmpty)
        {
            int count = RandomAccess.Read(file, bytes, offset);
            if (count == 0)
            {
                throw new EndOfStreamException($"the file now ends at byte {offset}; it was cut after it was opened");
            }

            bytes = bytes[count..];
            offset += count;
        }
    }
}
