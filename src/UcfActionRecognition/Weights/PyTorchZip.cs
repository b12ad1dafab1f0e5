using Microsoft.Win32.SafeHandles;

namespace UcfActionRecognition;

/// <summary>
/// The format of torch.save since 1.6: a zip file of one folder, in it <c>data.pkl</c>, the pickle, <c>data/KEY</c>, the storages, and
/// since 2.1 <c>byteorder</c>. Entries are stored, so that the storages lie in the file as they are.
/// </summary>
internal static class PyTorchZip
{
    private const string PickleName = "/data.pkl";
    private const int ByteOrderBytes = 16;

    /// <summary>Reads everything but the storages.</summary>
    /// <exception cref="FormatException">The file is not as the format says.</exception>
    public static object? Read(SafeFileHandle file, long length)
    {
        var entries = ZipDirectory.Read(file, length).ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        string folder = Folder(entries.Keys);
        if (entries.Values.FirstOrDefault(entry => entry.IsCompressed) is ZipEntry compressed)
        {
            throw new FormatException(
                $"its entry '{ErrorText.Shortened(compressed.Name)}' is compressed. PyTorch does not compress: unpack the file and pack it "
                + "again with zip -0.");
        }

        CheckByteOrder(file, entries.GetValueOrDefault(folder + "/byteorder"));
        ZipEntry pickle = entries[folder + PickleName];
        var storages = new PyTorchStorages(length);
        object? root = PickleReader.Read(
            new PickleStream(file, pickle.Offset, pickle.Offset + pickle.Length), PyTorchGlobals.Find, storages.Resolve);
        foreach (PyTorchStorage storage in storages.All)
        {
            string name = $"{folder}/data/{storage.Key}";
            ZipEntry entry = entries.GetValueOrDefault(name)
                ?? throw new FormatException($"its entry '{ErrorText.Shortened(name)}' with the data of a tensor is missing.");
            storage.Position = entry.Length == storage.Bytes ? entry.Offset : throw new FormatException(
                $"its entry '{ErrorText.Shortened(name)}' has {entry.Length} bytes; the tensors of it need {storage.Bytes}.");
        }

        return root;
    }

    private static string Folder(IEnumerable<string> names)
    {
        string[] folders = [.. names.Where(name => name.EndsWith(PickleName, StringComparison.Ordinal))
            .Select(name => name[..^PickleName.Length])
            .Where(folder => !folder.Contains('/', StringComparison.Ordinal))];
        if (folders.Length != 1)
        {
            throw new FormatException(
                $"a zip file of PyTorch has one folder with a data.pkl; this one has {folders.Length}. It is no file of torch.save.");
        }

        return !names.Contains(folders[0] + "/constants.pkl") ? folders[0] : throw new FormatException(
            "it is a TorchScript program, not a file of weights. Save its weights, in Python: "
            + "torch.save(torch.jit.load(path).state_dict(), path).");
    }

    private static void CheckByteOrder(SafeFileHandle file, ZipEntry? entry)
    {
        if (entry is null)
        {
            return;
        }

        byte[] text = new byte[Math.Min(entry.Length, ByteOrderBytes)];
        FileBytes.ReadExactly(file, text, entry.Offset);
        if (!text.AsSpan().SequenceEqual("little"u8))
        {
            throw new FormatException(
                "its byteorder is not 'little': it was written on a big-endian machine. Load it in Python on a little-endian machine, and "
                + "save it there.");
        }
    }
}
