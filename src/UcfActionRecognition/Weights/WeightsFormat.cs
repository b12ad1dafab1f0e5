using Microsoft.Win32.SafeHandles;

namespace UcfActionRecognition;

/// <summary>Tells a file's format by its first bytes, whatever its name.</summary>
internal static class WeightsFormat
{
    private const int BytesInMessage = 9;

    /// <summary>Opens a file of any format that is known, told by its first bytes.</summary>
    /// <exception cref="WeightsFormatException">The file is missing, broken, or of no known format.</exception>
    public static WeightsFile Open(string path)
    {
        byte[] start = new byte[TarHeader.StartBytes];
        int count;
        using (SafeFileHandle file = WeightsFile.OpenHandle(path))
        {
            try
            {
                count = RandomAccess.Read(file, start, 0);
            }
            catch (IOException failure)
            {
                throw new WeightsFormatException($"{path}: cannot be read. {failure.Message}", failure);
            }
        }

        ReadOnlySpan<byte> found = start.AsSpan(0, count);
        if (SafetensorsFile.IsOne(found))
        {
            return SafetensorsFile.Open(path);
        }

        return PyTorchFile.IsOne(found) ? PyTorchFile.Open(path) : throw new WeightsFormatException(
            $"{path}: neither a safetensors file nor one of PyTorch's torch.save: it begins with the bytes "
            + $"{Convert.ToHexStringLower(found[..Math.Min(count, BytesInMessage)])}. Was it downloaded whole, and is it the file itself?");
    }
}
