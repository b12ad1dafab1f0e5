namespace UcfActionRecognition;

/// <summary>
/// The member <c>storages</c> of a tar file of torch.save: their number; of each a pickle <c>(key, location, class)</c>, the number of
/// its elements in 8 bytes, and they; last a pickle of views, <c>[(key, key of the storage, offset, elements), ...]</c>.
/// </summary>
internal static class PyTorchTarStorages
{
    /// <summary>The storages and views by key. Elements are passed over.</summary>
    /// <exception cref="FormatException">The member is not as the format says.</exception>
    public static Dictionary<string, PyTorchStorageView> Read(PickleStream stream)
    {
        var found = new Dictionary<string, PyTorchStorageView>(StringComparer.Ordinal);
        long count = PyTorchTar.Count(PickleReader.Read(stream, (_, _) => null), "storages");
        for (long index = 0; index < count; index++)
        {
            PyTorchStorage storage = ReadStorage(stream);
            Add(found, storage.Key, new PyTorchStorageView(storage, 0, storage.Elements));
        }

        object? views = PickleReader.Read(stream, (_, _) => null);
        stream.CheckEnd();
        AddViews(found, views);
        return found;
    }

    // The location, cuda:0 for example, does not matter: everything is read to the CPU.
    private static PyTorchStorage ReadStorage(PickleStream stream)
    {
        long position = stream.Position;
        object? record = PickleReader.Read(stream, (module, name) => PyTorchGlobals.Find(module, name) as PyTorchStorageType);
        if (record is not PickleTuple { Items: [long key, string, PyTorchStorageType type] })
        {
            throw new FormatException($"the storage at byte {position} does not begin with its key, location and class.");
        }

        ulong elements = stream.ReadUInt64();
        if (elements > (ulong)(stream.Rest / type.ElementBytes))
        {
            throw new FormatException(
                $"storage '{key}' at byte {position} has {elements} elements of {type.ElementBytes} bytes; {stream.Rest} follow. The file "
                + "is cut short.");
        }

        var storage = new PyTorchStorage(PyTorchTar.Key(key), type, (long)elements) { Position = stream.Position };
        stream.Skip(storage.Bytes);
        return storage;
    }

    private static void AddViews(Dictionary<string, PyTorchStorageView> found, object? views)
    {
        if (views is not PickleList { Items: { Count: <= (int)PyTorchTar.MaximumObjects } items })
        {
            throw new FormatException($"the list of views of its storages is missing, or has more than {PyTorchTar.MaximumObjects}.");
        }

        foreach (object? item in items)
        {
            if (item is not PickleTuple { Items: [long key, long root, long offset, long elements] }
                || !found.TryGetValue(PyTorchTar.Key(root), out PyTorchStorageView? whole)
                || offset < 0 || elements < 0 || offset > whole.Elements || elements > whole.Elements - offset)
            {
                throw new FormatException("a view of a storage lies outside of it, or the storage is missing.");
            }

            Add(found, PyTorchTar.Key(key), new PyTorchStorageView(whole.Storage, whole.Offset + offset, elements));
        }
    }

    private static void Add(Dictionary<string, PyTorchStorageView> found, string key, PyTorchStorageView view)
    {
        if (!found.TryAdd(key, view))
        {
            throw new FormatException($"storage '{key}' is there twice.");
        }
    }
}
