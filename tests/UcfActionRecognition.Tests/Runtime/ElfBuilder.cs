using System.Text;

namespace UcfActionRecognition.Tests;

/// <summary>
/// Writes small ELF64 shared libraries that the Linux loader accepts: one loaded part, a dynamic section, symbols with
/// versions, and relocations that only the reader looks at.
/// </summary>
internal sealed class ElfBuilder
{
    private const int HeadersSize = 64 + (2 * 56);
    private const ulong Base = 0x10000; // addresses differ from offsets, so mixing them up shows

    private readonly List<byte> _content = [];
    private readonly List<byte> _strings = [];
    private readonly List<(ulong Tag, ulong Value)> _dynamic = [];
    private readonly List<(string File, string Version, ushort Index, ushort Flags)> _needs = [];
    private readonly List<string> _definitions = [];
    private readonly List<(string Name, ushort Version)> _symbols = [("", 0)];
    private readonly List<ulong> _rela = [];
    private readonly List<ulong> _plt = [];

    public ushort Machine { get; init; } = 62;

    public byte Class { get; init; } = 2;

    /// <summary>Whether symbols are counted by the GNU hash table, as today's linkers write, or by the System V one.</summary>
    public bool GnuHash { get; init; }

    public ElfBuilder Needs(string file, string version, ushort index, ushort flags = 0)
    {
        _needs.Add((file, version, index, flags));
        return this;
    }

    public ElfBuilder Defines(params string[] versions)
    {
        _definitions.AddRange(versions);
        return this;
    }

    public ElfBuilder Symbol(string name, ushort version)
    {
        _symbols.Add((name, version));
        return this;
    }

    /// <summary>Adds a relocation of the symbol that was added last.</summary>
    public ElfBuilder Relocation(bool inProcedureTable = false)
    {
        (inProcedureTable ? _plt : _rela).Add((ulong)(_symbols.Count - 1));
        return this;
    }

    public byte[] Build()
    {
        _content.AddRange(new byte[HeadersSize]);
        _strings.Add(0);
        WriteSymbols();
        WriteNeeds();
        WriteDefinitions();
        WriteRelocations(7, 8, _rela);
        WriteRelocations(23, 2, _plt);
        if (_plt.Count > 0)
        {
            Tag(20, 7); // the loader takes this entry as a promise that the table is there
        }

        Tag(10, (ulong)_strings.Count);
        Tag(5, Section([.. _strings]));
        Tag(0, 0);
        ulong dynamic = Section([.. _dynamic.SelectMany(entry => Bytes(entry.Tag, entry.Value))]);
        return WithHeaders(dynamic - Base, (ulong)_dynamic.Count * 16);
    }

    private void WriteSymbols()
    {
        Tag(6, Section([.. _symbols.SelectMany(symbol => Bytes(Text(symbol.Name), (byte)0x12, (byte)0, (ushort)0, 0UL, 0UL))]));
        Tag(11, 24);
        Tag(0x6ffffff0, Section([.. _symbols.SelectMany(symbol => Bytes(symbol.Version))]));
        uint count = (uint)_symbols.Count;
        if (GnuHash)
        {
            // One bucket that holds the last symbol, whose chain ends at once.
            Tag(0x6ffffef5, Section(Bytes(1u, count - 1, 1u, 0u, 0UL, count - 1, 1u)));
        }
        else
        {
            Tag(4, Section([.. Bytes(1u, count, 0u), .. new byte[count * 4]]));
        }
    }

    private void WriteNeeds()
    {
        var files = _needs.GroupBy(need => need.File).ToList();
        var table = new List<byte>();
        foreach (var file in files)
        {
            Tag(1, Text(file.Key));
            uint size = 16u + (16u * (uint)file.Count());
            table.AddRange(Bytes((ushort)1, (ushort)file.Count(), Text(file.Key), 16u, file == files[^1] ? 0u : size));
            foreach (var (need, last) in file.Select((need, i) => (need, i == file.Count() - 1)))
            {
                table.AddRange(Bytes(Hash(need.Version), need.Flags, need.Index, Text(need.Version), last ? 0u : 16u));
            }
        }

        if (files.Count > 0)
        {
            Tag(0x6ffffffe, Section([.. table]));
            Tag(0x6fffffff, (ulong)files.Count);
        }
    }

    private void WriteDefinitions()
    {
        if (_definitions.Count == 0)
        {
            return;
        }

        var table = _definitions.SelectMany((name, i) => Bytes((ushort)1, (ushort)0, (ushort)(i + 1), (ushort)1, Hash(name), 20u,
            i == _definitions.Count - 1 ? 0u : 28u, Text(name), 0u));
        Tag(0x6ffffffc, Section([.. table]));
        Tag(0x6ffffffd, (ulong)_definitions.Count);
    }

    private void WriteRelocations(ulong tableTag, ulong sizeTag, List<ulong> symbols)
    {
        if (symbols.Count > 0)
        {
            Tag(tableTag, Section([.. symbols.SelectMany(symbol => Bytes(Base, (symbol << 32) | 6, 0UL))]));
            Tag(sizeTag, (ulong)symbols.Count * 24);
        }
    }

    private byte[] WithHeaders(ulong dynamicOffset, ulong dynamicSize)
    {
        ulong size = (ulong)_content.Count;
        byte[] headers =
        [
            0x7f, (byte)'E', (byte)'L', (byte)'F', Class, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            .. Bytes((ushort)3, Machine, 1u, 0UL, 64UL, 0UL, 0u, (ushort)64, (ushort)56, (ushort)2, (ushort)0, (ushort)0, (ushort)0),
            .. Bytes(1u, 6u, 0UL, Base, Base, size, size, 0x1000UL),
            .. Bytes(2u, 6u, dynamicOffset, Base + dynamicOffset, Base + dynamicOffset, dynamicSize, dynamicSize, 8UL),
        ];
        return [.. headers, .. _content[HeadersSize..]];
    }

    private void Tag(ulong tag, ulong value) => _dynamic.Add((tag, value));

    private uint Text(string text)
    {
        uint offset = (uint)_strings.Count;
        _strings.AddRange(Encoding.UTF8.GetBytes(text + '\0'));
        return offset;
    }

    private ulong Section(byte[] bytes)
    {
        _content.AddRange(new byte[(8 - (_content.Count % 8)) % 8]);
        ulong address = Base + (ulong)_content.Count;
        _content.AddRange(bytes);
        return address;
    }

    private static uint Hash(string name)
    {
        uint hash = 0;
        foreach (char letter in name)
        {
            hash = (hash << 4) + letter;
            uint high = hash & 0xf0000000;
            hash = (hash ^ (high >> 24)) & ~high;
        }

        return hash;
    }

    private static byte[] Bytes(params object[] values) => [.. values.SelectMany(value => value switch
    {
        byte one => [one],
        ushort two => BitConverter.GetBytes(two),
        uint four => BitConverter.GetBytes(four),
        ulong eight => BitConverter.GetBytes(eight),
        _ => throw new ArgumentException(value.GetType().Name),
    })];
}
