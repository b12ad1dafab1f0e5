using System.Buffers.Binary;

namespace UcfActionRecognition;

/// <summary>
/// Reads a pickle (Python's pickletools.py describes the operations) of protocol 2 to 5 into plain values: text, integers, floats,
/// booleans, null, bytes, tuples, lists, dictionaries, and what the allowed globals and persistent ids give. A restricted machine: it
/// makes no objects, looks up no names outside its list, and does not recurse.
/// </summary>
internal sealed class PickleReader
{
    // 20,000 tensors with Adam's state take 2.5 million; a value costs some tens of bytes of memory.
    private const int MaximumSteps = 4_000_000;
    private const int MaximumDepth = 200;

    private static readonly object Nothing = new();

    private readonly PickleStream _stream;
    private readonly Func<string, string, PickleGlobal?> _globals;
    private readonly Func<object?, object?>? _persistentIds;
    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private readonly List<object?> _memo = [];
    private int _steps;

    private PickleReader(PickleStream stream, Func<string, string, PickleGlobal?> globals, Func<object?, object?>? persistentIds)
    {
        _stream = stream;
        _globals = globals;
        _persistentIds = persistentIds;
    }

    /// <summary>Reads one pickle; the stream then stands behind it.</summary>
    /// <param name="stream">Stands at the pickle's beginning.</param>
    /// <param name="globals">By module and name: what the pickle may ask for; null refuses it.</param>
    /// <param name="persistentIds">What stands for a persistent id; null where there can be none.</param>
    /// <exception cref="FormatException">The pickle is broken, asks for something that is not allowed, or exceeds a limit.</exception>
    public static object? Read(
        PickleStream stream, Func<string, string, PickleGlobal?> globals, Func<object?, object?>? persistentIds = null) =>
        new PickleReader(stream, globals, persistentIds).Run();

    /// <summary>
    /// Counts what a call copies of its arguments: a pickle of few bytes can name the same large argument again and again.
    /// </summary>
    /// <exception cref="FormatException">It is more than the pickle may take in all.</exception>
    public void Count(int steps)
    {
        if (steps > MaximumSteps - _steps)
        {
            throw new FormatException($"it takes more than {MaximumSteps} steps.");
        }

        _steps += steps;
    }

    /// <summary>An OrderedDict of pairs.</summary>
    public PickleDictionary OrderedDictionary(IReadOnlyList<object?> pairs)
    {
        Count(pairs.Count);
        var dictionary = new PickleDictionary(ordered: true);
        foreach (object? pair in pairs)
        {
            IReadOnlyList<object?> items = pair switch
            {
                PickleTuple tuple => tuple.Items,
                PickleList list => list.Items,
                _ => [],
            };
            if (items.Count != 2)
            {
                throw new FormatException("an OrderedDict is made of something else than pairs.");
            }

            dictionary.Add(items[0], items[1], DepthOver(items[0], items[1]));
        }

        return dictionary;
    }

    private object? Run()
    {
        Require(_stream.ReadByte() == PickleOperation.Proto, "it does not begin as a pickle of protocol 2 or later.");
        byte protocol = _stream.ReadByte();
        Require(protocol is >= 2 and <= 5, $"it is a pickle of protocol {protocol}; 2 to 5 are known.");
        while (true)
        {
            long position = _stream.Position;
            byte operation = _stream.ReadByte();
            try
            {
                Count(1);
                if (operation == PickleOperation.Stop)
                {
                    Require(_stack.Count == 1 && _marks.Count == 0, $"{_stack.Count} values are left where there should be one.");
                    return _stack[0];
                }

                Do(operation);
            }
            catch (FormatException failure)
            {
                throw new FormatException($"its pickle cannot be read at byte {position}: {failure.Message}", failure);
            }
        }
    }

    private void Do(byte operation)
    {
        switch (operation)
        {
            case PickleOperation.Proto: Require(_stream.ReadByte() is >= 2 and <= 5, "the protocol is unknown."); break;
            case PickleOperation.Frame: _stream.CheckRest(_stream.ReadUInt64()); break;

            case PickleOperation.None: _stack.Add(null); break;
            case PickleOperation.NewTrue: _stack.Add(true); break;
            case PickleOperation.NewFalse: _stack.Add(false); break;
            case PickleOperation.BinInt: _stack.Add((long)(int)_stream.ReadUInt32()); break;
            case PickleOperation.BinInt1: _stack.Add((long)_stream.ReadByte()); break;
            case PickleOperation.BinInt2: _stack.Add((long)_stream.ReadUInt16()); break;
            case PickleOperation.Long1: AddLong(_stream.ReadByte()); break;
            case PickleOperation.Long4: AddLong(_stream.ReadUInt32()); break;
            case PickleOperation.BinFloat: _stack.Add(_stream.ReadDoubleBigEndian()); break;

            case PickleOperation.ShortBinString: _stack.Add(_stream.ReadText(_stream.ReadByte())); break;
            case PickleOperation.BinString: _stack.Add(_stream.ReadText(_stream.ReadUInt32())); break;
            case PickleOperation.ShortBinUnicode: _stack.Add(_stream.ReadText(_stream.ReadByte())); break;
            case PickleOperation.BinUnicode: _stack.Add(_stream.ReadText(_stream.ReadUInt32())); break;
            case PickleOperation.BinUnicode8: _stack.Add(_stream.ReadText(_stream.ReadUInt64())); break;
            case PickleOperation.ShortBinBytes: _stack.Add(_stream.ReadBytes(_stream.ReadByte())); break;
            case PickleOperation.BinBytes: _stack.Add(_stream.ReadBytes(_stream.ReadUInt32())); break;
            case PickleOperation.BinBytes8 or PickleOperation.ByteArray8: _stack.Add(_stream.ReadBytes(_stream.ReadUInt64())); break;

            case PickleOperation.Mark: _marks.Add(_stack.Count); break;
            case PickleOperation.Pop: DropOne(); break;
            case PickleOperation.PopMark: PopToMark(); break;
            case PickleOperation.Dup: _stack.Add(Peek()); break;

            case PickleOperation.EmptyTuple: _stack.Add(PickleTuple.Empty); break;
            case PickleOperation.Tuple1: _stack.Add(Tuple(PopMany(1))); break;
            case PickleOperation.Tuple2: _stack.Add(Tuple(PopMany(2))); break;
            case PickleOperation.Tuple3: _stack.Add(Tuple(PopMany(3))); break;
            case PickleOperation.Tuple: _stack.Add(Tuple(PopToMark())); break;

            case PickleOperation.EmptyList or PickleOperation.EmptySet: _stack.Add(new PickleList()); break;
            case PickleOperation.List or PickleOperation.FrozenSet: AddNew(new PickleList(), PopToMark()); break;
            case PickleOperation.Append: AddItems(PopMany(1)); break;
            case PickleOperation.Appends or PickleOperation.AddItems: AddItems(PopToMark()); break;

            case PickleOperation.EmptyDict: _stack.Add(new PickleDictionary(ordered: false)); break;
            case PickleOperation.Dict: AddNew(new PickleDictionary(ordered: false), PopToMark()); break;
            case PickleOperation.SetItem: SetItems(PopMany(2)); break;
            case PickleOperation.SetItems: SetItems(PopToMark()); break;

            case PickleOperation.BinPut: Memorize(_stream.ReadByte()); break;
            case PickleOperation.LongBinPut: Memorize(_stream.ReadUInt32()); break;
            case PickleOperation.Memoize: Memorize((uint)_memo.Count); break;
            case PickleOperation.BinGet: Recall(_stream.ReadByte()); break;
            case PickleOperation.LongBinGet: Recall(_stream.ReadUInt32()); break;

            case PickleOperation.Global: Find(_stream.ReadLine(), _stream.ReadLine()); break;
            case PickleOperation.StackGlobal: FindOnStack(); break;
            case PickleOperation.Reduce: Call(); break;
            case PickleOperation.NewObject: Make(); break;
            case PickleOperation.Build: Build(); break;
            case PickleOperation.BinPersId: ResolvePersistentId(); break;

            default:
                throw new FormatException($"the operation 0x{operation:x2} is unknown, or not needed for tensors and therefore refused.");
        }
    }

    // Two's complement, of any length; only the format's magic number has more than 8 bytes.
    private void AddLong(uint bytes)
    {
        if (bytes > 16)
        {
            throw new FormatException($"an integer has {bytes} bytes; at most 16 are read.");
        }

        Span<byte> little = stackalloc byte[16];
        _stream.Read(little[..(int)bytes]);
        little[(int)bytes..].Fill(bytes > 0 && (little[(int)bytes - 1] & 0x80) != 0 ? (byte)0xff : (byte)0);
        Int128 value = BinaryPrimitives.ReadInt128LittleEndian(little);
        bool small = value >= long.MinValue && value <= long.MaxValue;
        _stack.Add(small ? (long)value : (object)value);
    }

    // What is below the last mark is out of reach until the mark is gone.
    private int Floor => _marks.Count > 0 ? _marks[^1] : 0;

    private object? Peek()
    {
        Require(_stack.Count > Floor, "the stack is empty.");
        return _stack[^1];
    }

    private object? Pop()
    {
        object? top = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return top;
    }

    private void DropOne()
    {
        if (_marks.Count > 0 && _marks[^1] == _stack.Count)
        {
            _marks.RemoveAt(_marks.Count - 1);
        }
        else
        {
            Pop();
        }
    }

    private object?[] PopMany(int count)
    {
        Require(_stack.Count - count >= Floor, "the stack is empty.");
        return PopFrom(_stack.Count - count);
    }

    private object?[] PopToMark()
    {
        Require(_marks.Count > 0, "there is no mark.");
        int mark = _marks[^1];
        _marks.RemoveAt(_marks.Count - 1);
        return PopFrom(mark);
    }

    private object?[] PopFrom(int index)
    {
        object?[] items = _stack.GetRange(index, _stack.Count - index).ToArray();
        _stack.RemoveRange(index, items.Length);
        return items;
    }

    private static PickleTuple Tuple(object?[] items) => items.Length == 0 ? PickleTuple.Empty : new PickleTuple(items, DepthOver(items));

    private void AddNew(object container, object?[] items)
    {
        _stack.Add(container);
        if (container is PickleDictionary)
        {
            SetItems(items);
        }
        else
        {
            AddItems(items);
        }
    }

    private void AddItems(object?[] items)
    {
        PickleList list = Peek() as PickleList ?? throw new FormatException("items are added to something that is no list and no set.");
        foreach (object? item in items)
        {
            list.Add(item, DepthOver(item));
        }
    }

    private void SetItems(object?[] items)
    {
        PickleDictionary dictionary = Peek() as PickleDictionary
            ?? throw new FormatException("entries are added to something that is no dict.");
        Require(items.Length % 2 == 0, "a dict has a key without a value.");
        for (int index = 0; index < items.Length; index += 2)
        {
            dictionary.Add(items[index], items[index + 1], DepthOver(items[index], items[index + 1]));
        }
    }

    private static int DepthOver(params ReadOnlySpan<object?> items)
    {
        int depth = 1;
        foreach (object? item in items)
        {
            depth = Math.Max(depth, item is IPickleContainer container ? container.Depth + 1 : 1);
        }

        return depth <= MaximumDepth ? depth : throw new FormatException($"values are nested more than {MaximumDepth} deep.");
    }

    // Python numbers what it memorizes from 0 or 1 on, so no number is higher than the steps before it.
    private void Memorize(uint index)
    {
        Require(index <= (uint)_steps, "a memo's number is too high.");
        while (_memo.Count <= index)
        {
            _memo.Add(Nothing);
        }

        _memo[(int)index] = Peek();
    }

    private void Recall(uint index)
    {
        Require(index < (uint)_memo.Count && _memo[(int)index] != Nothing, "a memo is read before it is written.");
        _stack.Add(_memo[(int)index]);
    }

    private void FindOnStack()
    {
        object?[] names = PopMany(2);
        Require(names is [string, string], "a global's name is not text.");
        Find((string)names[0]!, (string)names[1]!);
    }

    private void Find(string module, string name) => _stack.Add(_globals(module, name) ?? throw new FormatException(
        $"it asks for Python's '{ErrorText.Shortened(module)}.{ErrorText.Shortened(name)}', which no tensor needs. Nothing was run, and "
        + "nothing will be: only tensors, numbers, text, lists and dicts are read. If this is a whole model, saved as "
        + "torch.save(model, path), or a checkpoint with more than weights, and you trust where it is from, save its weights alone, in "
        + "Python: torch.save(model.state_dict(), path)."));

    private void Call()
    {
        object?[] call = PopMany(2);
        Require(call is [PickleGlobal, PickleTuple], "something is called that cannot be called.");
        _stack.Add(((PickleGlobal)call[0]!).Call(this, (PickleTuple)call[1]!));
    }

    private void Make()
    {
        object?[] call = PopMany(2);
        Require(call is [PickleGlobal, PickleTuple], "an object is made of something that makes none.");
        _stack.Add(((PickleGlobal)call[0]!).Make((PickleTuple)call[1]!));
    }

    // An OrderedDict's attributes, of which PyTorch sets _metadata: the versions of layers, of no use here.
    private void Build()
    {
        object? state = Pop();
        if (Peek() is IPickleObject target)
        {
            target.SetState(state);
            return;
        }

        Require(
            Peek() is PickleDictionary { IsOrdered: true } && state is PickleDictionary,
            "attributes are set on something else than an OrderedDict, which is not allowed.");
    }

    private void ResolvePersistentId()
    {
        Require(_persistentIds is not null, "a persistent id is out of place.");
        _stack.Add(_persistentIds!(Pop()));
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new FormatException(otherwise);
        }
    }
}
