using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace UcfActionRecognition;

/// <summary>Tells whether a file is the published one of its name.</summary>
internal static class WeightsIdentity
{
    /// <summary>Compares a file's size and SHA-256 with what is published, as far as it is.</summary>
    /// <exception cref="WeightsFormatException">They differ, or the file cannot be read.</exception>
    public static void Check(string path, KnownWeights known)
    {
        using SafeFileHandle file = WeightsFile.OpenHandle(path);
        try
        {
            string? difference = SizeDifference(RandomAccess.GetLength(file), known);
            if (difference is null && known.Sha256 is not null)
            {
                using var stream = new FileStream(file, FileAccess.Read);
                difference = HashDifference(SHA256.HashData(stream), known);
            }

            if (difference is not null)
            {
                throw new WeightsFormatException(
                    $"{path}: not the published {known.FileName}: {difference} It was cut off or changed. Delete it and {known.HowToGet}; "
                    + "or rename it, if it is meant to be another one.");
            }
        }
        catch (IOException failure)
        {
            throw new WeightsFormatException($"{path}: cannot be read. {failure.Message}", failure);
        }
    }

    /// <summary>Compares what an open file holds with what is published: all there is to tell by where no hash is.</summary>
    /// <exception cref="WeightsFormatException">It is of another network, or has no classifier of as many classes.</exception>
    public static void CheckContents(WeightsFile file, KnownWeights known)
    {
        if (ContentsDifference(file, known) is { } difference)
        {
            throw new WeightsFormatException(
                $"{file.Path}: not the published {known.FileName}: {difference} Rename it, if it is meant to be another one, so that it is not "
                + "taken for it.");
        }
    }

    /// <summary>How a file that is not in its place yet differs from the published one, in words; <see langword="null"/> when it does not.</summary>
    public static string? ContentsDifference(string path, KnownWeights known)
    {
        // Locks it, so that another download does not delete it as one that was left behind.
        using SafeFileHandle locked = File.OpenHandle(path);
        try
        {
            using WeightsFile file = PretrainedWeights.Open(path);
            return ContentsDifference(file, known);
        }
        catch (WeightsFormatException failure)
        {
            // Its present name is a temporary one, which says nothing to the reader.
            return $"it cannot be read. {failure.Message.Replace(path, known.FileName, StringComparison.Ordinal)}";
        }
    }

    /// <summary>The difference in words; <see langword="null"/> when there is none, or no published size.</summary>
    public static string? SizeDifference(long bytes, KnownWeights known) => known.Bytes is { } expected && bytes != expected
        ? $"it has {KnownWeights.Count(bytes)} bytes in place of {KnownWeights.Count(expected)}."
        : null;

    /// <summary>The difference in words; <see langword="null"/> when there is none, or no published hash.</summary>
    public static string? HashDifference(byte[] hash, KnownWeights known)
    {
        string found = Convert.ToHexStringLower(hash);
        return known.Sha256 is { } expected && !found.StartsWith(expected, StringComparison.Ordinal)
            ? $"its SHA-256 is {found}, not {expected}{(expected.Length < found.Length ? "..." : "")}."
            : null;
    }

    // Of a network without a signature only the classifier is compared: loading compares every key.
    private static string? ContentsDifference(WeightsFile file, KnownWeights known)
    {
        if (ResNetSignature.Of(file.Entries) is { } signature && signature.Architecture != known.Architecture)
        {
            return $"by its keys and shapes it is of {signature}, not of {known.Architecture}.";
        }

        if (!file.Entries.TryGetValue("fc.weight", out WeightsEntry? entry) || entry.Shape is not [var classes, _])
        {
            return $"it has no classifier (fc.weight); the published one has {known.ClassCount} classes.";
        }

        return classes == known.ClassCount ? null : $"its classifier has {classes} classes, that of {known.Dataset} has {known.ClassCount}.";
    }
}
