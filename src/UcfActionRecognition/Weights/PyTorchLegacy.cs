using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace UcfActionRecognition;

/// <summary>
/// The format of torch.save from 0.1.10 to 1.5 (torch/serialization.py, _legacy_save): one after the other the pickles of a magic number, the
/// protocol's version, the writer's system, the value and the storages' keys; then the storages, each with its number of elements.
/// </summary>
internal static class PyTorchLegacy
{
    private const long Version = 1001;

    // 0x1950a86a20f9469cfc6c
    private static readonly Int128 Magic = new(0x1950, 0xa86a20f9469cfc6c);

    /// <summary>Reads everything but the storages.</summary>
    /// <exception cref="FormatException">The file is not as the format says.</exception>
    public static object? Read(SafeFileHandle file, long length)
    {
        long position = 0;
        if (!Magic.Equals(Pickle()))
        {
            throw new FormatException(
                "it is a pickle, but none of torch.save. Save the weights, in Python: torch.save(model.state_dict(), path).");
        }

        if (Pickle() is not Version)
        {
            throw new FormatException($"the version of its format is not {Version}, the only one known.");
        }

        PyTorchSystem.CheckLittleEndian(Pickle());
        var storages = new PyTorchStorages(length);
        object? root = Pickle(storages);
        object? keys = Pickle();
        Place(file, position, length, storages, keys);
        return root;

        object? Pickle(PyTorchStorages? resolving = null)
        {
            var stream = new PickleStream(file, position, length);
            object? value = resolving is null
                ? PickleReader.Read(stream, (_, _) => null)
                : PickleReader.Read(stream, PyTorchGlobals.Find, resolving.Resolve);
            position = stream.Position;
            return value;
        }
    }

    private static void Place(SafeFileHandle file, long position, long length, PyTorchStorages storages, object? keys)
    {
        if (keys is not PickleList list)
        {
            throw new FormatException("the list of its storages is missing.");
        }

        Span<byte> field = stackalloc byte[sizeof(long)];
        foreach (object? key in list.Items)
        {
            if (key is not string name || !storages.TryGet(name, out PyTorchStorage? storage) || storage.Position is not null)
            {
                throw new FormatException("the list of its storages names one that no tensor has, or one twice.");
            }

            if (length - position < sizeof(long) || length - position - sizeof(long) < storage.Bytes)
            {
                throw new FormatException(
                    $"storage '{ErrorText.Shortened(name)}' at byte {position} takes {storage.Bytes + sizeof(long)} bytes; "
                    + $"{length - position} follow. The file is cut short.");
            }

            FileBytes.ReadExactly(file, field, position);
            long elements = BinaryPrimitives.ReadInt64LittleEndian(field);
            if (elements != storage.Elements)
            {
                throw new FormatException(
                    $"storage '{ErrorText.Shortened(name)}' at byte {position} has {elements} elements; the tensors of it need "
                    + $"{storage.Elements}.");
            }

            storage.Position = position + sizeof(long);
            position += sizeof(long) + storage.Bytes;
        }

        if (storages.All.FirstOrDefault(storage => storage.Position is null) is PyTorchStorage missing)
        {
            throw new FormatException($"storage '{ErrorText.Shortened(missing.Key)}' with the data of a tensor is missing.");
        }
    }
}
