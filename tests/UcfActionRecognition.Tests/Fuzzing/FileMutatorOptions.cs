namespace UcfActionRecognition.Tests.Fuzzing;

/// <summary>What a <see cref="FileMutator"/> prefers to do.</summary>
internal sealed record FileMutatorOptions
{
    /// <summary>The vocabulary of weights files: pickle's operations, zip, tar and JSON.</summary>
    public static FileMutatorOptions Weights { get; } = new()
    {
        Pieces =
        [
            [.. "cos\nsystem\n"u8], [.. "cbuiltins\neval\n"u8], [.. "ctorch._utils\n_rebuild_tensor\n"u8], [.. "ccollections\nOrderedDict\n"u8],
            [.. "../../etc/passwd"u8], [.. "PK\x01\x02"u8], [.. "PK\x03\x04"u8], [.. "PK\x05\x06"u8], [.. "PK\x06\x06"u8], [.. "{\"a\":"u8],
            [.. "\"data_offsets\":[0,9223372036854775807]"u8], [.. "\\\\ud800"u8], [.. "\\ud800"u8],
        ],

        // Every operation of the pickle protocols: most damage there is otherwise caught as an unknown one.
        Operations = [.. "(.012FGIJKLMNPQRSTUVXabcdefghijlopqrstu}])"u8, .. Enumerable.Range(0x80, 0x19).Select(code => (byte)code)],
    };

    /// <summary>Byte sequences that mean something in the format.</summary>
    public IReadOnlyList<byte[]> Pieces { get; init; } = [];

    /// <summary>Single bytes that mean something in the format; half of the bytes that are set.</summary>
    public byte[] Operations { get; init; } = [];

    /// <summary>Where damage begins; <see langword="null"/> for anywhere.</summary>
    public Func<Random, int>? Place { get; init; }

    /// <summary>A file whose end may follow this one's beginning; <see langword="null"/> for the file itself.</summary>
    public byte[]? Other { get; init; }

    /// <summary>Changes bytes in place only.</summary>
    public bool KeepLength { get; init; }
}
