using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using TorchSharp;

namespace UcfActionRecognition;

/// <summary>
/// The safetensors format (huggingface/safetensors, README.md, "Format"): 8 bytes length of the header, little-endian; the header,
/// JSON; then the tensors' bytes, little-endian and row-major, without gaps.
/// </summary>
internal sealed class SafetensorsFile : WeightsFile
{
    // The reference implementation's limit.
    private const long MaximumHeaderBytes = 100_000_000;
    private const int LengthBytes = 8;

    /// <summary>How many bytes tell the format.</summary>
    public const int StartBytes = LengthBytes + 1;

    private readonly SafeFileHandle _file;
    private readonly SafetensorsHeader _header;
    private readonly long _dataStart;

    private SafetensorsFile(string path, SafeFileHandle file, SafetensorsHeader header, long dataStart)
        : base(path)
    {
        _file = file;
        _header = header;
        _dataStart = dataStart;
    }

    public override IReadOnlyDictionary<string, WeightsEntry> Entries => _header.Entries;

    public override IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Whether a file begins with a header's length and a header.</summary>
    public static bool IsOne(ReadOnlySpan<byte> start) =>
        start.Length >= StartBytes && start[LengthBytes] == '{' && BinaryPrimitives.ReadUInt64LittleEndian(start) <= MaximumHeaderBytes;

    /// <summary>Opens a file and checks all of its header. Nothing is allocated on the header's word alone.</summary>
    /// <exception cref="WeightsFormatException">The file is missing or not as the format says.</exception>
    public static SafetensorsFile Open(string path)
    {
        SafeFileHandle file = OpenHandle(path);
        try
        {
            long length = RandomAccess.GetLength(file);
            if (length < LengthBytes)
            {
                throw new WeightsFormatException($"{path}: a safetensors file has at least {LengthBytes} bytes; this one has {length}.");
            }

            Span<byte> lengthField = stackalloc byte[LengthBytes];
            ReadExactly(path, file, lengthField, 0);
            ulong headerBytes = BinaryPrimitives.ReadUInt64LittleEndian(lengthField);
            long rest = length - LengthBytes;
            if (headerBytes > (ulong)Math.Min(rest, MaximumHeaderBytes))
            {
                throw new WeightsFormatException(
                    $"{path}: not a safetensors file, or cut short: it promises a header of {headerBytes} bytes where {rest} follow.");
            }

            byte[] json = new byte[headerBytes];
            ReadExactly(path, file, json, LengthBytes);
            var header = SafetensorsHeader.Parse(path, json, dataBytes: rest - json.Length);
            return new SafetensorsFile(path, file, header, LengthBytes + json.Length);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes a file, whole or not at all: tensors sorted by element size, then name, so that each lies aligned.</summary>
    /// <param name="path">The file to write; replaced if it is there.</param>
    /// <param name="tensors">Tensors by name, on any device.</param>
    /// <param name="metadata">What the file says about itself; may be empty.</param>
    public static void Write(string path, IReadOnlyDictionary<string, torch.Tensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var ordered = tensors
            .OrderByDescending(entry => entry.Value.ElementSize).ThenBy(entry => entry.Key, StringComparer.Ordinal).ToList();
        byte[] header = SafetensorsHeader.Build(ordered, metadata);
        AtomicFile.WriteStream(path, stream =>
        {
            Span<byte> lengthField = stackalloc byte[LengthBytes];
            BinaryPrimitives.WriteUInt64LittleEndian(lengthField, (ulong)header.Length);
            stream.Write(lengthField);
            stream.Write(header);
            foreach ((string name, torch.Tensor tensor) in ordered)
            {
                using torch.Tensor host = HostTensor.Of(tensor, name);
                stream.Write(host.bytes);
            }
        });
    }

    public override torch.Tensor Read(string name)
    {
        WeightsEntry entry = Entries[name];
        (long begin, long end) = _header.Ranges[name];
        if (end - begin > int.MaxValue)
        {
            throw new WeightsFormatException($"{Path}: {ErrorText.Shortened(name)} has {end - begin} bytes; tensors of 2 GiB and more cannot be read.");
        }

        TorchRuntime.Load();
        torch.Tensor tensor = torch.empty(entry.Shape, dtype: entry.Type);
        try
        {
            ReadExactly(Path, _file, tensor.bytes, _dataStart + begin);
            if (entry.Type == torch.ScalarType.Bool && tensor.bytes.ContainsAnyExceptInRange((byte)0, (byte)1))
            {
                throw new WeightsFormatException($"{Path}: {ErrorText.Shortened(name)} is BOOL and has bytes other than 0 and 1.");
            }

            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    public override void Dispose() => _file.Dispose();

    private static void ReadExactly(string path, SafeFileHandle file, Span<byte> bytes, long offset)
    {
        try
        {
            FileBytes.ReadExactly(file, bytes, offset);
        }
        catch (IOException failure)
        {
            throw new WeightsFormatException($"{path}: cannot be read: {failure.Message}", failure);
        }
    }
}
