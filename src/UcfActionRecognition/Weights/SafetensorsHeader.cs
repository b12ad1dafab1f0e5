using System.Text.Json;
using TorchSharp;

namespace UcfActionRecognition;

/// <summary>The JSON header of a safetensors file: names, types, shapes and byte ranges, and the file's own metadata.</summary>
internal sealed class SafetensorsHeader
{
    private const string MetadataKey = "__metadata__";

    // As many as a zip directory's entries (ZipDirectory); models have some thousands.
    private const int MaximumTensors = 200_000;

    // What programs say about a training run takes some kilobytes, with all of its settings.
    private const int MaximumMetadata = 10_000;
    private const int MaximumMetadataCharacters = 32 << 20;

    // A message names a tensor and lists up to 64 numbers of it.
    private const int MessageLength = 500;

    // More dimensions than any operator of torch takes.
    private const int MaximumDimensions = 64;

    private static readonly Dictionary<string, (torch.ScalarType Type, int Bytes)> Types = new()
    {
        ["F64"] = (torch.ScalarType.Float64, 8),
        ["F32"] = (torch.ScalarType.Float32, 4),
        ["F16"] = (torch.ScalarType.Float16, 2),
        ["BF16"] = (torch.ScalarType.BFloat16, 2),
        ["I64"] = (torch.ScalarType.Int64, 8),
        ["I32"] = (torch.ScalarType.Int32, 4),
        ["I16"] = (torch.ScalarType.Int16, 2),
        ["I8"] = (torch.ScalarType.Int8, 1),
        ["U8"] = (torch.ScalarType.Byte, 1),
        ["BOOL"] = (torch.ScalarType.Bool, 1),
    };

    private readonly Dictionary<string, WeightsEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Begin, long End)> _ranges = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);

    private SafetensorsHeader()
    {
    }

    public IReadOnlyDictionary<string, WeightsEntry> Entries => _entries;

    /// <summary>Where each tensor's bytes are, counted from the end of the header.</summary>
    public IReadOnlyDictionary<string, (long Begin, long End)> Ranges => _ranges;

    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Parses and checks a header.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="json">The header's bytes.</param>
    /// <param name="dataBytes">How many bytes follow the header.</param>
    /// <exception cref="WeightsFormatException">The header is not as the format says.</exception>
    public static SafetensorsHeader Parse(string path, ReadOnlySpan<byte> json, long dataBytes)
    {
        var header = new SafetensorsHeader();
        try
        {
            header.ReadRoot(json);
            header.CheckRanges(dataBytes);
            return header;
        }
        catch (Exception failure) when (failure is JsonException or FormatException or OverflowException)
        {
            throw new WeightsFormatException($"{path}: the safetensors header is broken. {ErrorText.ShortenedTo(MessageLength, failure.Message)}", failure);
        }
        catch (InvalidOperationException failure)
        {
            // What Utf8JsonReader throws for text that is no valid UTF-8 or UTF-16.
            throw new WeightsFormatException($"{path}: the safetensors header has text that is not valid Unicode.", failure);
        }
    }

    /// <summary>
    /// Builds the header for tensors that lie one after the other, padded with spaces so that the data is aligned to 8 bytes.
    /// </summary>
    public static byte[] Build(IReadOnlyList<KeyValuePair<string, torch.Tensor>> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        // What could not be read must not replace what can.
        long characters = metadata.Sum(entry => (long)entry.Key.Length + entry.Value.Length);
        if (metadata.Count > MaximumMetadata || characters > MaximumMetadataCharacters)
        {
            throw new ArgumentException(
                $"The metadata has {metadata.Count} entries of {characters} characters; a file takes {MaximumMetadata} and {MaximumMetadataCharacters}.", nameof(metadata));
        }

        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata.Count > 0)
            {
                json.WriteStartObject(MetadataKey);
                foreach ((string key, string value) in metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal))
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            long begin = 0;
            foreach ((string name, torch.Tensor tensor) in tensors)
            {
                long end = begin + (tensor.numel() * tensor.ElementSize);
                WriteTensor(json, name, tensor, begin, end);
                begin = end;
            }

            json.WriteEndObject();
        }

        while (buffer.Length % 8 != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        return buffer.ToArray();
    }

    private static void WriteTensor(Utf8JsonWriter json, string name, torch.Tensor tensor, long begin, long end)
    {
        if (name == MetadataKey)
        {
            throw new ArgumentException($"No tensor can be named {MetadataKey}.", nameof(name));
        }

        json.WriteStartObject(name);
        json.WriteString("dtype", TypeName(tensor.dtype));
        json.WriteStartArray("shape");
        foreach (long length in tensor.shape)
        {
            json.WriteNumberValue(length);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(begin);
        json.WriteNumberValue(end);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string TypeName(torch.ScalarType type)
    {
        foreach ((string name, (torch.ScalarType Type, int Bytes) known) in Types)
        {
            if (known.Type == type)
            {
                return name;
            }
        }

        throw new NotSupportedException($"Tensors of {type} cannot be written to safetensors.");
    }

    private void ReadRoot(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty || json[0] != '{')
        {
            throw new FormatException("It does not begin with '{'.");
        }

        // The deepest thing in a header is a number in a tensor's shape.
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 3 });
        Next(ref reader, JsonTokenType.StartObject);
        bool metadata = false;
        while (NextName(ref reader, out string name))
        {
            if (name == MetadataKey)
            {
                Require(!metadata, $"'{MetadataKey}' is there twice.");
                metadata = true;
                ReadMetadata(ref reader);
            }
            else
            {
                Require(_entries.Count < MaximumTensors, $"It has more than {MaximumTensors} tensors.");
                ReadTensor(ref reader, name);
            }
        }

        Require(!reader.Read(), "Something follows the last '}'.");
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        Next(ref reader, JsonTokenType.StartObject);
        long characters = 0;
        while (NextName(ref reader, out string key))
        {
            Next(ref reader, JsonTokenType.String);
            string value = reader.GetString()!;
            characters += key.Length + value.Length;
            if (_metadata.Count == MaximumMetadata || characters > MaximumMetadataCharacters)
            {
                throw new FormatException(
                    $"The metadata has more than {MaximumMetadata} entries or {MaximumMetadataCharacters} characters.");
            }

            if (!_metadata.TryAdd(key, value))
            {
                throw new FormatException($"The metadata has '{ErrorText.Shortened(key)}' twice.");
            }
        }
    }

    private void ReadTensor(ref Utf8JsonReader reader, string name)
    {
        string? type = null;
        List<long>? shape = null;
        List<long>? offsets = null;
        Next(ref reader, JsonTokenType.StartObject);
        while (NextName(ref reader, out string key))
        {
            switch (key)
            {
                case "dtype" when type is null:
                    Next(ref reader, JsonTokenType.String);
                    type = reader.GetString();
                    break;
                case "shape" when shape is null:
                    shape = ReadNumbers(ref reader, name, MaximumDimensions);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ReadNumbers(ref reader, name, 2);
                    break;
                default:
                    throw new FormatException($"'{ErrorText.Shortened(name)}' has '{ErrorText.Shortened(key)}', which is unknown or there twice.");
            }
        }

        if (type is null || shape is null || offsets?.Count != 2)
        {
            throw new FormatException($"'{ErrorText.Shortened(name)}' needs dtype, shape and two data_offsets.");
        }

        AddTensor(name, type, shape, offsets);
    }

    private void AddTensor(string name, string type, List<long> shape, List<long> offsets)
    {
        if (!Types.TryGetValue(type, out (torch.ScalarType Type, int Bytes) known))
        {
            throw new FormatException($"'{ErrorText.Shortened(name)}' is of type {ErrorText.Shortened(type)}; known are {string.Join(' ', Types.Keys)}.");
        }

        // Lengths beside a 0 count too: torch multiplies them for the strides.
        long bytes = known.Bytes;
        foreach (long length in shape.Where(length => length != 0))
        {
            bytes = checked(bytes * length);
        }

        bytes = shape.Contains(0) ? 0 : bytes;
        (long begin, long end) = (offsets[0], offsets[1]);
        if (begin > end || end - begin != bytes)
        {
            throw new FormatException(
                $"'{ErrorText.Shortened(name)}', {type} of [{ErrorText.Shortened(string.Join(", ", shape))}], takes {bytes} bytes; its "
                + $"data_offsets are {begin} to {end}.");
        }

        if (!_entries.TryAdd(name, new WeightsEntry(name, known.Type, [.. shape])))
        {
            throw new FormatException($"'{ErrorText.Shortened(name)}' is there twice.");
        }

        _ranges.Add(name, (begin, end));
    }

    // The format has no gaps and no overlaps, so the sorted ranges are a chain from 0 to the end of the file.
    private void CheckRanges(long dataBytes)
    {
        long expected = 0;
        foreach ((string name, (long begin, long end)) in _ranges.OrderBy(entry => entry.Value))
        {
            if (begin != expected)
            {
                throw new FormatException(
                    $"The data of '{ErrorText.Shortened(name)}' begins at {begin}; the data before it ends at {expected}.");
            }

            expected = end;
        }

        Require(expected == dataBytes, $"It promises {expected} bytes of data; {dataBytes} follow. The file may be cut short.");
    }

    private static List<long> ReadNumbers(ref Utf8JsonReader reader, string name, int maximum)
    {
        var numbers = new List<long>();
        Next(ref reader, JsonTokenType.StartArray);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long number) || number < 0 || numbers.Count == maximum)
            {
                throw new FormatException(
                    $"'{ErrorText.Shortened(name)}' has something else than up to {maximum} integers from 0 on in its shape or data_offsets.");
            }

            numbers.Add(number);
        }

        return numbers;
    }

    private static void Next(ref Utf8JsonReader reader, JsonTokenType type)
    {
        reader.Read();
        if (reader.TokenType != type)
        {
            throw new FormatException($"{type} was expected at byte {reader.TokenStartIndex}; {reader.TokenType} is there.");
        }
    }

    private static bool NextName(ref Utf8JsonReader reader, out string name)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.EndObject)
        {
            name = "";
            return false;
        }

        name = reader.GetString()!;
        return true;
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new FormatException(otherwise);
        }
    }
}
