using Microsoft.Win32.SafeHandles;
using TorchSharp;

namespace UcfActionRecognition;

/// <summary>
/// A file of torch.save, of any of its three formats. Its pickle is read by a restricted machine (<see cref="PickleReader"/>): nothing in a file can
/// run. Opening reads the pickle; a tensor's bytes are read when it is asked for.
/// </summary>
internal sealed class PyTorchFile : WeightsFile
{
    // A tensor may be larger than its storage, by strides of 0. No file makes one larger than itself, or than this.
    private const long MaximumExpandedBytes = 16 << 20;

    private readonly SafeFileHandle _file;
    private readonly long _length;
    private readonly Dictionary<string, PyTorchTensor> _tensors;

    private PyTorchFile(string path, SafeFileHandle file, long length, Dictionary<string, PyTorchTensor> tensors)
        : base(path)
    {
        _file = file;
        _length = length;
        _tensors = tensors;
        Entries = tensors.ToDictionary(
            entry => entry.Key, entry => new WeightsEntry(entry.Key, entry.Value.Type, entry.Value.Shape), StringComparer.Ordinal);
    }

    public override IReadOnlyDictionary<string, WeightsEntry> Entries { get; }

    public override IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

    /// <summary>Whether a file begins as one of torch.save.</summary>
    public static bool IsOne(ReadOnlySpan<byte> start) =>
        IsZip(start) || TarHeader.IsOne(start) || start is [PickleOperation.Proto, >= 2 and <= 5, ..];

    /// <summary>Opens a file and checks all of it but the tensors' values. Nothing is allocated on the file's word alone.</summary>
    /// <exception cref="WeightsFormatException">The file is missing, broken, or holds something else than weights.</exception>
    public static PyTorchFile Open(string path)
    {
        SafeFileHandle file = OpenHandle(path);
        try
        {
            return Read(path, file);
        }
        catch (Exception failure) when (failure is FormatException or IOException)
        {
            file.Dispose();
            throw new WeightsFormatException($"{path}: {failure.Message}", failure);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public override torch.Tensor Read(string name)
    {
        PyTorchTensor tensor = _tensors[name];
        int bytes = tensor.Storage.Type.ElementBytes;
        if (Math.Max(tensor.Elements, tensor.Span) > int.MaxValue / bytes)
        {
            throw new WeightsFormatException(
                $"{Path}: {ErrorText.Shortened(name)} has {tensor.Elements} elements of {bytes} bytes; tensors of 2 GiB and more cannot be "
                + "read.");
        }

        if (tensor.Elements * bytes > Math.Max(_length, MaximumExpandedBytes))
        {
            throw new WeightsFormatException(
                $"{Path}: {ErrorText.Shortened(name)} has {tensor.Elements} elements of {bytes} bytes; the whole file has {_length} bytes. "
                + "Save it as tensor.contiguous() if it is meant to.");
        }

        TorchRuntime.Load();
        using var scope = torch.NewDisposeScope();
        torch.Tensor elements = torch.empty(tensor.IsRowMajor ? tensor.Shape : [tensor.Span], dtype: tensor.Type);
        ReadElements(name, tensor, elements.bytes);
        torch.Tensor result = tensor.IsRowMajor ? elements : elements.as_strided(tensor.Shape, tensor.Strides).contiguous();
        return result.MoveToOuterDisposeScope();
    }

    public override void Dispose() => _file.Dispose();

    private static PyTorchFile Read(string path, SafeFileHandle file)
    {
        long length = RandomAccess.GetLength(file);
        byte[] start = new byte[Math.Min(length, TarHeader.StartBytes)];
        FileBytes.ReadExactly(file, start, 0);
        object? root = IsZip(start) ? PyTorchZip.Read(file, length)
            : TarHeader.IsOne(start) ? PyTorchTar.Read(file, length)
            : PyTorchLegacy.Read(file, length);
        return new PyTorchFile(path, file, length, PyTorchStateDict.Find(root));
    }

    private static bool IsZip(ReadOnlySpan<byte> start) => start.StartsWith("PK\x03\x04"u8);

    private void ReadElements(string name, PyTorchTensor tensor, Span<byte> bytes)
    {
        try
        {
            FileBytes.ReadExactly(_file, bytes, tensor.Storage.Position!.Value + (tensor.Offset * tensor.Storage.Type.ElementBytes));
        }
        catch (IOException failure)
        {
            throw new WeightsFormatException($"{Path}: cannot be read: {failure.Message}", failure);
        }

        if (tensor.Type == torch.ScalarType.Bool && bytes.ContainsAnyExceptInRange((byte)0, (byte)1))
        {
            throw new WeightsFormatException($"{Path}: {ErrorText.Shortened(name)} is of booleans and has bytes other than 0 and 1.");
        }
    }
}
