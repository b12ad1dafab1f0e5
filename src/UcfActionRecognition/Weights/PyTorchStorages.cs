using System.Diagnostics.CodeAnalysis;

namespace UcfActionRecognition;

/// <summary>
/// The storages that a pickle names, by key: what stands for its persistent ids (torch/serialization.py, persistent_load).
/// </summary>
internal sealed class PyTorchStorages(long fileBytes)
{
    // Keys are numbers. A long one would be hashed as often as the pickle names it.
    private const int MaximumKeyLength = 200;

    private readonly Dictionary<string, PyTorchStorage> _byKey = new(StringComparer.Ordinal);

    public IReadOnlyCollection<PyTorchStorage> All => _byKey.Values;

    public bool TryGet(string key, [NotNullWhen(true)] out PyTorchStorage? storage) => _byKey.TryGetValue(key, out storage);

    /// <summary>
    /// What stands for <c>('storage', class, key, location, elements)</c>, in the legacy format with a sixth item: None or
    /// <c>(key of the view, offset, elements)</c>. The location, <c>cuda:0</c> for example, does not matter: everything is read to the CPU.
    /// </summary>
    /// <exception cref="FormatException">It is something else, or contradicts what was said of the storage before.</exception>
    public PyTorchStorageView Resolve(object? id)
    {
        if (id is not PickleTuple
            {
                Items: ["storage", PyTorchStorageType type, string key, string, long elements, ..] and { Count: 5 or 6 } items
            })
        {
            throw new FormatException("a persistent id does not name a storage, its class, key, location and length.");
        }

        if (key.Length > MaximumKeyLength)
        {
            throw new FormatException($"a storage's key has {key.Length} characters; at most {MaximumKeyLength} are read.");
        }

        PyTorchStorage storage = Storage(key, type, elements);
        return items.Count == 5 || items[5] is null ? new PyTorchStorageView(storage, 0, elements) : View(storage, items[5]);
    }

    private PyTorchStorage Storage(string key, PyTorchStorageType type, long elements)
    {
        if (elements < 0 || elements > fileBytes / type.ElementBytes)
        {
            throw new FormatException(
                $"storage '{ErrorText.Shortened(key)}' has {elements} elements of {type.ElementBytes} bytes; the file has {fileBytes} "
                + "bytes. It may be cut short.");
        }

        if (!_byKey.TryGetValue(key, out PyTorchStorage? storage))
        {
            _byKey.Add(key, storage = new PyTorchStorage(key, type, elements));
        }
        else if (storage.Type.Type != type.Type || storage.Elements != elements)
        {
            throw new FormatException(
                $"storage '{ErrorText.Shortened(key)}' is there twice, as {storage.Elements} elements of {storage.Type.Name} and "
                + $"{elements} of {type.Name}.");
        }

        return storage;
    }

    private static PyTorchStorageView View(PyTorchStorage storage, object? view)
    {
        if (view is not PickleTuple { Items: [string, long offset, long elements] }
            || offset < 0 || elements < 0 || offset > storage.Elements || elements > storage.Elements - offset)
        {
            throw new FormatException(
                $"a view of storage '{ErrorText.Shortened(storage.Key)}' lies outside of its {storage.Elements} elements.");
        }

        return new PyTorchStorageView(storage, offset, elements);
    }
}
