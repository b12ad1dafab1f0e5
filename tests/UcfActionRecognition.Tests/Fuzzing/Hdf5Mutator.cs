using System.Buffers.Binary;

namespace UcfActionRecognition.Tests.Fuzzing;

/// <summary>
/// Damages HDF5 files where it matters: mostly in their metadata, and with the checksums of version 2 structures made right again, which would otherwise end
/// every attempt on what lies behind them.
/// </summary>
internal sealed class Hdf5Mutator
{
    private const int MostStructureBytes = 2048;
    private const int ChecksumBytes = 4;

    // HDF5 File Format Specification 3.0: the structures that end in a checksum (III.A to III.H, IV.A.1.b), and those that have none.
    private static readonly byte[][] Signatures =
    [
        [0x89, .. "HDF"u8], [.. "OHDR"u8], [.. "OCHK"u8], [.. "BTHD"u8], [.. "BTIN"u8], [.. "BTLF"u8], [.. "FRHP"u8], [.. "FHIB"u8], [.. "FHDB"u8],
        [.. "FSHD"u8], [.. "FSSE"u8], [.. "FAHD"u8], [.. "FADB"u8], [.. "EAHD"u8], [.. "EAIB"u8], [.. "EASB"u8], [.. "EADB"u8],
    ];

    private static readonly byte[][] Pieces =
    [
        .. Signatures, [.. "TREE"u8], [.. "SNOD"u8], [.. "HEAP"u8], [.. "GCOL"u8], [.. "video\0"u8], [.. "jpeg\0"u8], [0xFF, 0xD8, 0xFF], [0xFF, 0xDA], [0xFF, 0xD9],
    ];

    private readonly byte[][] _seeds;
    private readonly int[][] _metadata;
    private readonly Range[][] _summed;

    public Hdf5Mutator(IEnumerable<byte[]> seeds)
    {
        _seeds = [.. seeds];
        _metadata = Array.ConvertAll(_seeds, FindMetadata);
        _summed = Array.ConvertAll(_seeds, FindSummed);
    }

    public int Seeds => _seeds.Length;

    /// <summary>A mutant; the first numbers are the seeds.</summary>
    public byte[] Make(int number, Random random)
    {
        int seed = number % _seeds.Length;
        if (number < _seeds.Length)
        {
            return _seeds[seed];
        }

        int[] metadata = _metadata[seed];
        bool keepLength = random.Next(10) < 7;
        byte[] bytes = new FileMutator(_seeds[seed], random, new FileMutatorOptions
        {
            Pieces = Pieces,
            Place = from => metadata.Length > 0 && from.Next(10) < 8 ? metadata[from.Next(metadata.Length)] : from.Next(_seeds[seed].Length),
            Other = _seeds[random.Next(_seeds.Length)],
            KeepLength = keepLength,
        }).Next();
        if (keepLength && random.Next(10) < 8)
        {
            Repair(bytes, _summed[seed]);
        }

        return bytes;
    }

    // Metadata is small numbers of eight bytes and short texts: bytes near zeros, but not inside long runs of them.
    private static int[] FindMetadata(byte[] file)
    {
        const int Reach = 24;
        var near = new List<int>();
        for (int place = 0; place < file.Length; place++)
        {
            ReadOnlySpan<byte> around = file.AsSpan()[Math.Max(0, place - Reach)..Math.Min(file.Length, place + Reach)];
            bool padding = file.AsSpan(place).StartsWith((ReadOnlySpan<byte>)[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
            if (!padding && around.IndexOf((ReadOnlySpan<byte>)[0, 0, 0, 0]) >= 0)
            {
                near.Add(place);
            }
        }

        return [.. near];
    }

    // A structure's length is found by its checksum, so that none of the structures has to be understood.
    private static Range[] FindSummed(byte[] file)
    {
        var found = new List<Range>();
        for (int start = 0; start < file.Length - ChecksumBytes; start++)
        {
            if (!Array.Exists(Signatures, signature => file.AsSpan(start).StartsWith(signature)))
            {
                continue;
            }

            for (int end = start + 5; end < Math.Min(file.Length - ChecksumBytes, start + MostStructureBytes) + 1; end++)
            {
                if (Lookup3.Hash(file.AsSpan(start, end - start)) == BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(end)))
                {
                    found.Add(start..end);
                    break;
                }
            }
        }

        return [.. found];
    }

    private static void Repair(byte[] bytes, Range[] summed)
    {
        foreach (Range range in summed)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(range.End.Value), Lookup3.Hash(bytes.AsSpan()[range]));
        }
    }
}
