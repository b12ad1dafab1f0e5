using System.Buffers.Binary;
using System.Text;

namespace UcfActionRecognition;

/// <summary>
/// The symbol versions of an ELF64 little-endian shared library, read the way the loader reads them: through the
/// program headers and the dynamic section. Section headers are not consulted.
/// </summary>
/// <remarks>
/// Source: System V gABI, chapter 5, and the Linux Standard Base, "Symbol Versioning". Every offset and count of
/// the file is checked before it is used; what does not fit raises <see cref="ActionRecognitionException"/>.
/// </remarks>
internal sealed class ElfFile
{
    /// <summary>VER_FLG_WEAK of <c>vna_flags</c>: the loader goes on when the version is missing.</summary>
    public const ushort WeakFlag = 0x2;

    private const int HeaderSize = 64;
    private const int ProgramHeaderSize = 56;
    private const int SymbolSize = 24;
    private const int VersionNeedSize = 16; // Elf64_Verneed, and Elf64_Vernaux below it
    private const int VersionDefinitionSize = 20; // Elf64_Verdef
    private const int VersionNameSize = 8; // Elf64_Verdaux
    private const int RelaSize = 24;
    private const int RelSize = 16;
    private const int MaxVersions = 1 << 15; // versym has 15 bits for them

    private readonly byte[] _content;
    private readonly string _name;
    private readonly List<(ulong Address, ulong Offset, ulong Length)> _segments = [];
    private readonly Dictionary<ulong, ulong> _dynamic = [];

    private ElfFile(byte[] content, string name)
    {
        _content = content;
        _name = name;
    }

    /// <summary>Reads a shared library.</summary>
    /// <param name="content">The whole file.</param>
    /// <param name="name">What messages call it.</param>
    public static ElfFile Parse(byte[] content, string name)
    {
        var file = new ElfFile(content, name);
        file.ReadHeaders();
        file.VersionNeeds = file.ReadVersionNeeds();
        file.VersionDefinitions = file.ReadVersionDefinitions();
        return file;
    }

    /// <summary>The versions it needs from other libraries (<c>.gnu.version_r</c>).</summary>
    public IReadOnlyList<ElfVersionNeed> VersionNeeds { get; private set; } = [];

    /// <summary>The versions it provides (<c>.gnu.version_d</c>), with the entry that names the file itself.</summary>
    public IReadOnlySet<string> VersionDefinitions { get; private set; } = new HashSet<string>();

    /// <summary>The names of the dynamic symbols that carry this version, by their index in the symbol table.</summary>
    public IReadOnlyDictionary<uint, string> SymbolsOf(ElfVersionNeed need)
    {
        var symbols = new Dictionary<uint, string>();
        if (!_dynamic.TryGetValue(Tag.VersionSymbols, out ulong versions))
        {
            return symbols;
        }

        int count = CountSymbols();
        var versionTable = Table(versions, (ulong)count * 2);
        var symbolTable = Table(Required(Tag.Symbols), (ulong)count * SymbolSize);
        for (int i = 0; i < count; i++)
        {
            // The top bit only hides the symbol from the static linker.
            if ((U16(versionTable, i * 2) & 0x7fff) == need.Index)
            {
                symbols.Add((uint)i, Text(U32(symbolTable, i * SymbolSize)));
            }
        }

        return symbols;
    }

    /// <summary>Whether any relocation of the file refers to one of these symbols.</summary>
    public bool HasRelocationOf(IReadOnlyDictionary<uint, string> symbols)
    {
        // DT_RELR relocations are relative and name no symbol.
        int pltEntrySize = _dynamic.GetValueOrDefault(Tag.PltKind) == Tag.Rel ? RelSize : RelaSize;
        return AnyRelocationOf(symbols, Tag.Rela, Tag.RelaTableSize, RelaSize)
            || AnyRelocationOf(symbols, Tag.Rel, Tag.RelTableSize, RelSize)
            || AnyRelocationOf(symbols, Tag.PltRelocations, Tag.PltTableSize, pltEntrySize);
    }

    /// <summary>A copy of the file in which one needed version is marked weak and nothing else differs.</summary>
    public byte[] WithWeak(ElfVersionNeed need)
    {
        byte[] copy = (byte[])_content.Clone();
        var flags = copy.AsSpan(need.FlagsOffset, 2);
        BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) | WeakFlag));
        return copy;
    }

    private void ReadHeaders()
    {
        var header = At(0, HeaderSize);
        if (!header.StartsWith("\x7f"u8 + "ELF"u8) || header[4] != 2 || header[5] != 1)
        {
            throw Invalid("it is no 64-bit little-endian ELF file");
        }

        ulong offset = U64(header, 32);
        int count = U16(header, 56);
        if (count > 0 && U16(header, 54) != ProgramHeaderSize)
        {
            throw Invalid($"its program headers have {U16(header, 54)} bytes instead of {ProgramHeaderSize}");
        }

        var table = At(offset, (ulong)count * ProgramHeaderSize);
        var dynamic = ReadOnlySpan<byte>.Empty;
        for (int i = 0; i < count; i++)
        {
            var entry = table.Slice(i * ProgramHeaderSize, ProgramHeaderSize);
            ulong fileOffset = U64(entry, 8);
            ulong fileLength = U64(entry, 32);
            switch (U32(entry, 0))
            {
                case 1: // PT_LOAD
                    At(fileOffset, fileLength);
                    _segments.Add((U64(entry, 16), fileOffset, fileLength));
                    break;
                case 2: // PT_DYNAMIC
                    dynamic = At(fileOffset, fileLength);
                    break;
            }
        }

        ReadDynamicSection(dynamic);
    }

    private void ReadDynamicSection(ReadOnlySpan<byte> section)
    {
        for (; section.Length >= 16; section = section[16..])
        {
            ulong tag = U64(section, 0);
            if (tag == 0)
            {
                return;
            }

            _dynamic[tag] = U64(section, 8);
        }

        throw Invalid("its dynamic section is missing or has no end");
    }

    private List<ElfVersionNeed> ReadVersionNeeds()
    {
        var needs = new List<ElfVersionNeed>();
        if (!_dynamic.TryGetValue(Tag.VersionNeeds, out ulong address))
        {
            return needs;
        }

        ulong fileCount = Required(Tag.VersionNeedCount);
        for (ulong i = 0; i < fileCount; i++)
        {
            var record = Table(address, VersionNeedSize);
            string file = Text(U32(record, 4));
            ulong entryAddress = Next(address, U32(record, 8));
            int entryCount = U16(record, 2);
            for (int j = 0; j < entryCount; j++)
            {
                var entry = Table(entryAddress, VersionNeedSize);
                needs.Add(new(file, Text(U32(entry, 8)), U16(entry, 6), (U16(entry, 4) & WeakFlag) != 0,
                    (int)FileOffset(entryAddress, VersionNeedSize) + 4));
                if (needs.Count > MaxVersions)
                {
                    throw Invalid($"it needs more than {MaxVersions} versions");
                }

                if (!Advance(ref entryAddress, U32(entry, 12)))
                {
                    break;
                }
            }

            if (!Advance(ref address, U32(record, 12)))
            {
                break;
            }
        }

        return needs;
    }

    private HashSet<string> ReadVersionDefinitions()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (!_dynamic.TryGetValue(Tag.VersionDefinitions, out ulong address))
        {
            return names;
        }

        ulong count = Required(Tag.VersionDefinitionCount);
        for (ulong i = 0; i < count; i++)
        {
            var record = Table(address, VersionDefinitionSize);
            // The first name is the version; any others are the versions it follows on.
            names.Add(Text(U32(Table(Next(address, U32(record, 12)), VersionNameSize), 0)));
            if (!Advance(ref address, U32(record, 16)))
            {
                break;
            }
        }

        return names;
    }

    private int CountSymbols()
    {
        ulong count = _dynamic.TryGetValue(Tag.Hash, out ulong hash) ? U32(Table(hash, 8), 4) : CountSymbolsByGnuHash();
        // Keeps the products below within range; the table itself is checked where it is read.
        return count <= (ulong)_content.Length ? (int)count : throw Invalid($"it counts {count} symbols in {_content.Length} bytes");
    }

    // The GNU hash table states no count: the last symbol is the end of the chain that starts last.
    private ulong CountSymbolsByGnuHash()
    {
        ulong hash = Required(Tag.GnuHash);
        var header = Table(hash, 16);
        uint bucketCount = U32(header, 0);
        uint firstSymbol = U32(header, 4);
        ulong bucketAddress = Next(hash, 16 + ((ulong)U32(header, 8) * 8));
        var buckets = Table(bucketAddress, (ulong)bucketCount * 4);
        uint last = 0;
        for (int i = 0; i < buckets.Length; i += 4)
        {
            last = Math.Max(last, U32(buckets, i));
        }

        if (last < firstSymbol)
        {
            return firstSymbol;
        }

        ulong chains = Next(bucketAddress, (ulong)bucketCount * 4);
        ulong symbol = last;
        while ((U32(Table(Next(chains, (symbol - firstSymbol) * 4), 4), 0) & 1) == 0)
        {
            symbol++;
        }

        return symbol + 1;
    }

    private bool AnyRelocationOf(IReadOnlyDictionary<uint, string> symbols, ulong tableTag, ulong sizeTag, int entrySize)
    {
        if (!_dynamic.TryGetValue(tableTag, out ulong address))
        {
            return false;
        }

        var table = Table(address, Required(sizeTag));
        for (; table.Length >= entrySize; table = table[entrySize..])
        {
            // Elf64_Rela and Elf64_Rel alike: offset, then the symbol in the upper half of r_info.
            if (symbols.ContainsKey((uint)(U64(table, 8) >> 32)))
            {
                return true;
            }
        }

        return false;
    }

    private string Text(uint offset)
    {
        ulong size = Required(Tag.StringsSize);
        var strings = Table(Required(Tag.Strings), size);
        if (offset >= size)
        {
            throw Invalid($"a name stands at {offset} of {size} bytes of names");
        }

        var rest = strings[(int)offset..];
        int end = rest.IndexOf((byte)0);
        return end >= 0 ? Encoding.UTF8.GetString(rest[..end]) : throw Invalid("a name has no end");
    }

    private ulong Required(ulong tag) => _dynamic.TryGetValue(tag, out ulong value)
        ? value
        : throw Invalid($"its dynamic section lacks entry 0x{tag:x}");

    private bool Advance(ref ulong address, uint step)
    {
        if (step is > 0 and < VersionNeedSize)
        {
            throw Invalid("its version records overlap");
        }

        address = Next(address, step);
        return step > 0;
    }

    private ulong Next(ulong address, ulong step) => address <= ulong.MaxValue - step
        ? address + step
        : throw Invalid("an address runs over");

    private ReadOnlySpan<byte> Table(ulong address, ulong length) => At(FileOffset(address, length), length);

    private ulong FileOffset(ulong address, ulong length)
    {
        foreach (var (start, offset, size) in _segments)
        {
            if (address >= start && address - start < size && length <= size - (address - start))
            {
                return offset + (address - start);
            }
        }

        throw Invalid($"{length} bytes at address 0x{address:x} are in no loaded part of it");
    }

    private ReadOnlySpan<byte> At(ulong offset, ulong length)
    {
        ulong size = (ulong)_content.Length;
        return offset <= size && length <= size - offset
            ? _content.AsSpan((int)offset, (int)length)
            : throw Invalid($"it has {size} bytes and refers to {length} bytes at {offset}");
    }

    private ActionRecognitionException Invalid(string what) =>
        new($"'{_name}' is damaged or not a shared library for 64-bit Linux: {what}. If a NuGet package brought it, restore the packages again; if the system did, "
            + "install it again.");

    private static ushort U16(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[offset..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);

    private static ulong U64(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[offset..]);

    /// <summary>Entries of the dynamic section (elf.h: DT_*).</summary>
    private static class Tag
    {
        public const ulong PltTableSize = 2;
        public const ulong Hash = 4;
        public const ulong Strings = 5;
        public const ulong Symbols = 6;
        public const ulong Rela = 7;
        public const ulong RelaTableSize = 8;
        public const ulong StringsSize = 10;
        public const ulong Rel = 17;
        public const ulong RelTableSize = 18;
        public const ulong PltKind = 20;
        public const ulong PltRelocations = 23;
        public const ulong GnuHash = 0x6ffffef5;
        public const ulong VersionSymbols = 0x6ffffff0;
        public const ulong VersionDefinitions = 0x6ffffffc;
        public const ulong VersionDefinitionCount = 0x6ffffffd;
        public const ulong VersionNeeds = 0x6ffffffe;
        public const ulong VersionNeedCount = 0x6fffffff;
    }
}
