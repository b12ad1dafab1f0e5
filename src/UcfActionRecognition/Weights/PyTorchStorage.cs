namespace UcfActionRecognition;

/// <summary>A run of elements in a file, from which tensors are cut.</summary>
internal sealed class PyTorchStorage(string key, PyTorchStorageType type, long elements)
{
    public string Key => key;

    public PyTorchStorageType Type => type;

    public long Elements => elements;

    public long Bytes => elements * type.ElementBytes;

    /// <summary>Where its bytes begin in the file; null as long as they have not been found.</summary>
    public long? Position { get; set; }
}
