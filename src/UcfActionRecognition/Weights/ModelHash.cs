using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using TorchSharp;

namespace UcfActionRecognition;

/// <summary>The fingerprint of a model: SHA-256 over its input specification and its state dict, sorted by key.</summary>
internal static class ModelHash
{
    public static string Compute(InputSpec input, IReadOnlyDictionary<string, torch.Tensor> state) => Compute(Encoding.UTF8.GetBytes(input.ToJson()), state);

    /// <summary>The fingerprint of bytes and tensors, in whatever order these are.</summary>
    public static string Compute(ReadOnlySpan<byte> description, IReadOnlyDictionary<string, torch.Tensor> state)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, description);
        foreach ((string key, torch.Tensor tensor) in state.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            using torch.Tensor host = HostTensor.Of(tensor, key);
            Add(hash, Encoding.UTF8.GetBytes($"{key} {host.dtype} [{string.Join(',', host.shape)}]"));
            Add(hash, host.bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // Each part with its length before it, so that no two models read the same.
    private static void Add(IncrementalHash hash, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, part.Length);
        hash.AppendData(length);
        hash.AppendData(part);
    }
}
