using System.Security.Cryptography;
using System.Text;
using TorchSharp;

namespace UcfActionRecognition.Tests.Models;

/// <summary>Weights and inputs by formula; the same as in tests/reference/resnet2d_fixtures.py, bit for bit.</summary>
internal static class Formula
{
    /// <summary>Numbers in [-1, 1): murmur3's finaliser over the key's CRC-32 and the element's index.</summary>
    public static double[] Uniform(string key, long count)
    {
        uint seed = Crc32(Encoding.UTF8.GetBytes(key));
        var values = new double[count];
        for (uint i = 0; i < values.Length; i++)
        {
            uint x = (i * 2654435761u) + seed;
            x ^= x >> 16;
            x *= 0x85EBCA6Bu;
            x ^= x >> 13;
            x *= 0xC2B2AE35u;
            x ^= x >> 16;
            values[i] = (x / 2147483648.0) - 1.0;
        }

        return values;
    }

    public static torch.Tensor Input(params long[] shape) => Tensor("input", shape, u => u);

    /// <summary>Gives every entry of a model's state dict its value by formula.</summary>
    public static void Fill(ActionModel model)
    {
        using var mode = torch.no_grad();
        foreach ((string key, torch.Tensor target) in model.state_dict())
        {
            if (key.EndsWith("num_batches_tracked", StringComparison.Ordinal))
            {
                target.fill_(7);
                continue;
            }

            using torch.Tensor value = Entry(key, target.shape);
            target.copy_(value);
        }
    }

    /// <summary>16 random sums over a tensor: the norm of their differences estimates that of the tensors' differences.</summary>
    public static double[] Sketch(string key, double[] values)
    {
        double[] signs = Uniform($"{key}.sketch", values.Length);
        var sums = new double[16];
        for (int i = 0; i < values.Length; i++)
        {
            sums[i % sums.Length] += values[i] * signs[i];
        }

        return sums;
    }

    /// <summary>SHA-256 over the bytes of all entries, sorted by key.</summary>
    public static string Sha256(ActionModel model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((_, torch.Tensor tensor) in model.state_dict().OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            hash.AppendData(tensor.bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static torch.Tensor Entry(string key, long[] shape)
    {
        if (key.EndsWith("running_var", StringComparison.Ordinal))
        {
            return Tensor(key, shape, u => 1.0 + (0.5 * u));
        }

        if (key.EndsWith("running_mean", StringComparison.Ordinal))
        {
            return Tensor(key, shape, u => 0.1 * u);
        }

        if (shape.Length >= 2)
        {
            double scale = Math.Sqrt(6.0 / shape.Skip(1).Aggregate((a, b) => a * b));
            return Tensor(key, shape, u => u * scale);
        }

        if (key.EndsWith("bn3.weight", StringComparison.Ordinal))
        {
            return Tensor(key, shape, u => 0.2 + (0.05 * u));
        }

        return key.EndsWith("weight", StringComparison.Ordinal)
            ? Tensor(key, shape, u => 0.75 + (0.25 * u))
            : Tensor(key, shape, u => 0.1 * u);
    }

    private static torch.Tensor Tensor(string key, long[] shape, Func<double, double> value) =>
        torch.tensor(Array.ConvertAll(Uniform(key, shape.Aggregate(1L, (a, b) => a * b)), u => (float)value(u))).reshape(shape);

    private static uint Crc32(byte[] bytes)
    {
        uint crc = 0xFFFFFFFFu;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320u);
            }
        }

        return ~crc;
    }
}
