namespace UcfActionRecognition;

/// <summary>
/// The member <c>tensors</c> of a tar file of torch.save: their number; of each a pickle <c>(key, key of the storage, class)</c>, the
/// number of dimensions in 4 bytes, 4 bytes of no meaning, and 8 each for lengths, strides and the offset.
/// </summary>
internal static class PyTorchTarTensors
{
    /// <summary>The tensors by key.</summary>
    /// <exception cref="FormatException">The member is not as the format says, or a storage lacks a tensor's elements.</exception>
    public static Dictionary<string, PyTorchTensor> Read(PickleStream stream, Dictionary<string, PyTorchStorageView> storages)
    {
        var found = new Dictionary<string, PyTorchTensor>(StringComparer.Ordinal);
        long count = PyTorchTar.Count(PickleReader.Read(stream, (_, _) => null), "tensors");
        for (long index = 0; index < count; index++)
        {
            (long key, PyTorchTensor tensor) = ReadTensor(stream, storages);
            if (!found.TryAdd(PyTorchTar.Key(key), tensor))
            {
                throw new FormatException($"tensor '{key}' is there twice.");
            }
        }

        stream.CheckEnd();
        return found;
    }

    private static (long Key, PyTorchTensor Tensor) ReadTensor(PickleStream stream, Dictionary<string, PyTorchStorageView> storages)
    {
        long position = stream.Position;
        object? record = PickleReader.Read(stream, PyTorchGlobals.FindTensorClass);
        if (record is not PickleTuple { Items: [long key, long storage, PyTorchStorageType type] }
            || !storages.TryGetValue(PyTorchTar.Key(storage), out PyTorchStorageView? view)
            || view.Storage.Type.Type != type.Type)
        {
            throw new FormatException($"the tensor at byte {position} does not begin with its key, that of a storage, and the storage's type.");
        }

        uint dimensions = stream.ReadUInt32();
        stream.ReadUInt32();
        if (dimensions > PyTorchTensor.MaximumDimensions)
        {
            throw new FormatException(
                $"tensor '{key}' has {dimensions} dimensions; at most {PyTorchTensor.MaximumDimensions} are read.");
        }

        long[] shape = Numbers(stream, dimensions);
        long[] strides = Numbers(stream, dimensions);
        return (key, PyTorchTensor.Of(view, (long)stream.ReadUInt64(), shape, strides));
    }

    private static long[] Numbers(PickleStream stream, uint count)
    {
        var numbers = new long[count];
        for (int index = 0; index < numbers.Length; index++)
        {
            numbers[index] = (long)stream.ReadUInt64();
        }

        return numbers;
    }
}
