namespace UcfActionRecognition;

/// <summary>Finds the weights in what a PyTorch file holds: a state dict, or a checkpoint with one in it.</summary>
internal static class PyTorchStateDict
{
    private const int NamesInMessage = 10;

    // What training programs name it. A file that has none of them is a state dict itself.
    private static readonly string[] Names = ["state_dict", "model_state_dict", "model"];

    /// <summary>The tensors by name. Values beside them that are no tensors, an epoch for example, are left out.</summary>
    /// <exception cref="FormatException">There are none, or not under names.</exception>
    public static Dictionary<string, PyTorchTensor> Find(object? root)
    {
        if (root is not PickleDictionary dictionary)
        {
            throw new FormatException(
                "it holds something else than a dict of tensors by name. Save the weights as such, in Python: "
                + "torch.save(model.state_dict(), path).");
        }

        foreach (string name in Names)
        {
            object?[] found =
                [.. dictionary.Entries.Where(entry => entry.Key is string key && key == name).Select(entry => entry.Value).Take(2)];
            if (found.Length > 1)
            {
                throw new FormatException($"'{name}' is there twice.");
            }

            if (found is [PickleDictionary inner] && HasTensors(inner))
            {
                return Tensors(inner);
            }
        }

        return HasTensors(dictionary) ? Tensors(dictionary) : throw new FormatException(
            $"it holds no tensors by name, neither directly nor under {string.Join(", ", Names)}; it has {Keys(dictionary)}. "
            + "Save the weights alone, in Python: torch.save(checkpoint[\"name of the weights\"], path).");
    }

    private static bool HasTensors(PickleDictionary dictionary) => dictionary.Entries.Any(entry => Tensor(entry.Value) is not null);

    private static PyTorchTensor? Tensor(object? value) => value as PyTorchTensor ?? (value as PyTorchParameter)?.Tensor;

    private static Dictionary<string, PyTorchTensor> Tensors(PickleDictionary dictionary)
    {
        var tensors = new Dictionary<string, PyTorchTensor>(StringComparer.Ordinal);
        foreach ((object? key, object? value) in dictionary.Entries)
        {
            if (Tensor(value) is not PyTorchTensor tensor)
            {
                continue;
            }

            string name = key as string ?? throw new FormatException("a tensor's name is not text.");
            if (!tensors.TryAdd(name, tensor))
            {
                throw new FormatException($"'{ErrorText.Shortened(name)}' is there twice.");
            }
        }

        return tensors;
    }

    private static string Keys(PickleDictionary dictionary)
    {
        string[] keys =
            [.. dictionary.Entries.Select(entry => entry.Key).OfType<string>().Take(NamesInMessage).Select(ErrorText.Shortened)];
        return keys.Length == 0 ? "nothing" : string.Join(", ", keys) + (dictionary.Entries.Count > keys.Length ? ", ..." : "");
    }
}
