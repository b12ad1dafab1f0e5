using Microsoft.Win32.SafeHandles;
using TorchSharp;

namespace UcfActionRecognition;

/// <summary>One tensor of a file: what its header says, before any of its data is read.</summary>
internal sealed record WeightsEntry(string Name, torch.ScalarType Type, long[] Shape);

/// <summary>
/// An open file of named tensors. Its header has been checked against the file's length; data is read one tensor at a time.
/// </summary>
internal abstract class WeightsFile : IDisposable
{
    protected WeightsFile(string path)
    {
        Path = path;
    }

    public string Path { get; }

    /// <summary>The tensors by name.</summary>
    public abstract IReadOnlyDictionary<string, WeightsEntry> Entries { get; }

    /// <summary>What the file says about itself; empty where the format has no such thing.</summary>
    public abstract IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Reads one tensor to the CPU. The caller disposes it.</summary>
    /// <exception cref="WeightsFormatException">The data cannot be read.</exception>
    public abstract torch.Tensor Read(string name);

    public abstract void Dispose();

    /// <summary>Opens a file that can be read at any offset.</summary>
    /// <exception cref="WeightsFormatException">It is missing, may not be read, or is no plain file.</exception>
    internal static SafeFileHandle OpenHandle(string path)
    {
        SafeFileHandle? file = null;
        try
        {
            PlainFile.Check(path);
            file = File.OpenHandle(path);
            RandomAccess.GetLength(file);
            return file;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            file?.Dispose();
            throw new WeightsFormatException($"{path.Replace("\0", "\\0", StringComparison.Ordinal)}: cannot be opened. {failure.Message}", failure);
        }
    }
}
