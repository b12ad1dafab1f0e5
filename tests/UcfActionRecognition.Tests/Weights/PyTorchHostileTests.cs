using System.Text;
using TorchSharp;
using UcfActionRecognition.Tests.Models;
using static UcfActionRecognition.Tests.Weights.PickleBytes;

namespace UcfActionRecognition.Tests.Weights;

/// <summary>Files of torch.save that lie or attack: nothing but WeightsFormatException comes out, nothing runs, nothing large is allocated.</summary>
public sealed class PyTorchHostileTests : TensorFixture
{
    private const byte None = PickleOperation.None;
    private const byte Mark = PickleOperation.Mark;
    private const byte EmptyTuple = PickleOperation.EmptyTuple;
    private const byte EmptyList = PickleOperation.EmptyList;
    private const byte EmptyDict = PickleOperation.EmptyDict;

    private static IEnumerable<TestCaseData> Pickles()
    {
        yield return Case("System", Call(Global("os", "system"), Text("touch /tmp/ucf-owned")), "asks for Python's 'os.system', which no tensor needs");
        yield return Case("SystemInPosix", Call(Global("posix", "system"), Text("x")), "asks for Python's 'posix.system'");
        yield return Case("EvalByStack", [.. Text("builtins"), .. Text("eval"), PickleOperation.StackGlobal], "asks for Python's 'builtins.eval'");
        yield return Case("GetAttribute", Call(Global("builtins", "getattr"), Global("torch", "load"), Text("x")), "asks for Python's 'builtins.getattr'");
        yield return Case("LoadsFromBytes", Call(Global("torch.storage", "_load_from_bytes"), Text("x")), "asks for Python's 'torch.storage._load_from_bytes'");
        yield return Case("DottedName", Global("torch", "_utils._rebuild_tensor"), "asks for Python's 'torch._utils._rebuild_tensor'");
        yield return Case("ControlCharacters", Global("os\u001b[2J", "x"), "asks for Python's 'os?[2J.x'");
        yield return Unsupported("_rebuild_qtensor", "a quantized tensor. Save its values: tensor.dequantize(), in Python");
        yield return Unsupported("_rebuild_sparse_tensor", "a sparse tensor. Save it as tensor.to_dense(), in Python");
        yield return Unsupported("_rebuild_tensor_v3", "a tensor of a type like float8 or uint16. Save it as tensor.float(), in Python");
        yield return Case("LongName", Global("os", new string('x', 2000)), "a name of more than 1000 bytes begins");
        yield return Case("NewObject", [.. Global("collections", "OrderedDict"), EmptyTuple, 0x81], "an object of 'collections.OrderedDict' is made, which is not allowed");
        yield return Case("NewObjectOfText", [.. Text("x"), EmptyTuple, 0x81], "an object is made of something that makes none");
        yield return Case("NewParameterOfText", [.. Parameter(), .. Tuple(Text("x")), 0x81], "a parameter is made of something else than a tensor");
        yield return Case("ParameterOfStorage", Call(Parameter(), Storage("0", 4)), "a parameter is made of something else than a tensor");
        yield return Case("ParameterWithoutTensor", Dictionary(Text("s"), Storage("0", 4), Text("t"), [.. Parameter(), EmptyTuple, 0x81]), "no tensors by name, neither directly nor under state_dict, model_state_dict, model; it has s, t");
        yield return Case("ParameterOfTwoTensors", [.. Call(Parameter(), FourFloatsTensor()), .. State5(), PickleOperation.Build], "a parameter's state is something else");
        yield return Case("ParameterWithDictState", [.. Call(Parameter(), FourFloatsTensor()), EmptyDict, PickleOperation.Build], "a parameter's state is something else");
        yield return Case("ParameterWithTextState", [.. Parameter(), EmptyTuple, 0x81, .. Text("x"), PickleOperation.Build], "a parameter's state is something else");
        yield return Case("Instance", [Mark, .. "ios\nsystem\n"u8], "the operation 0x69 is unknown");
        yield return Case("TextProtocol", [.. "I1\n"u8], "the operation 0x49 is unknown");
        yield return Case("Extension", [0x82, 1], "the operation 0x82 is unknown");
        yield return Case("NextBuffer", [0x97], "the operation 0x97 is unknown");

        yield return Case("CallOfType", Call(Global("torch", "FloatStorage"), Integer(5)), "'torch.FloatStorage' is called, which is not allowed");
        yield return Case("CallOfText", [.. Text("os.system"), EmptyTuple, PickleOperation.Reduce], "something is called that cannot be called");
        yield return Case("CallWithoutTuple", [.. Global("collections", "OrderedDict"), EmptyList, PickleOperation.Reduce], "something is called that cannot be called");
        yield return Case("BuildOnDict", [EmptyDict, EmptyDict, PickleOperation.Build], "attributes are set on something else than an OrderedDict");
        yield return Case("BuildOnList", [EmptyList, EmptyDict, PickleOperation.Build], "attributes are set on something else");
        yield return Case("BuildOnGlobal", [.. Global("torch", "Size"), EmptyDict, PickleOperation.Build], "attributes are set on something else");
        yield return Case("BuildOnTensor", [.. Tensor(Storage("0", 4), 0, [4], [1]), EmptyDict, PickleOperation.Build], "attributes are set on something else");
        yield return Case("BuildWithText", [.. Call(Global("collections", "OrderedDict")), .. Text("x"), PickleOperation.Build], "attributes are set on something else");
        yield return Case("OrderedDictOfTriples", Call(Global("collections", "OrderedDict"), [EmptyList, .. Integers(1, 2, 3), PickleOperation.Append]), "something else than pairs");
        yield return Case("OrderedDictOfText", Call(Global("collections", "OrderedDict"), Text("x")), "something else than a list");
        yield return Case("SetOfText", Call(Global("builtins", "set"), Text("x")), "something else than what it is written with");

        yield return Case("EmptyStack", [PickleOperation.Tuple1], "the stack is empty");
        yield return Case("NoMark", [PickleOperation.Tuple], "there is no mark");
        yield return Case("BelowTheMark", [None, Mark, PickleOperation.Tuple1], "the stack is empty");
        yield return Case("PopBelowTheMark", [Mark, PickleOperation.Pop, PickleOperation.Pop], "the stack is empty");
        yield return Case("TwoValues", [None, None], "2 values are left");
        yield return Case("NoValue", [], "0 values are left");
        yield return Case("OpenMark", [None, Mark], "values are left where there should be one");
        yield return Case("OddEntries", [EmptyDict, Mark, None, PickleOperation.SetItems], "a dict has a key without a value");
        yield return Case("AppendToNone", [None, None, PickleOperation.Append], "no list and no set");
        yield return Case("SetItemOfList", [EmptyList, None, None, PickleOperation.SetItem], "something that is no dict");
        yield return Case("MemoNeverWritten", [PickleOperation.BinGet, 7], "a memo is read before it is written");
        yield return Case("MemoGap", [None, PickleOperation.BinPut, 1, PickleOperation.BinGet, 0], "a memo is read before it is written");
        yield return Case("MemoNumber", [None, .. Put(uint.MaxValue)], "a memo's number is too high");
        yield return Case("NamesOfNumbers", [None, None, PickleOperation.StackGlobal], "a global's name is not text");
        yield return Case("HugeText", [PickleOperation.BinUnicode8, .. UInt64(ulong.MaxValue)], "a text of 18446744073709551615 bytes begins");
        yield return Case("LongText", [PickleOperation.BinUnicode, .. UInt32(int.MaxValue)], "a text of 2147483647 bytes begins");
        yield return Case("HugeBytes", [PickleOperation.ByteArray8, .. UInt64(1UL << 62)], "bytes begins");
        yield return Case("HugeInteger", [PickleOperation.Long4, .. UInt32(uint.MaxValue)], "an integer has 4294967295 bytes");
        yield return Case("HugeFrame", [PickleOperation.Frame, .. UInt64(ulong.MaxValue)], "the pickle is cut off");
        yield return Case("BrokenText", [PickleOperation.ShortBinUnicode, 1, 0xff], "is not valid UTF-8");

        yield return Case("NoDict", Tensor(Storage("0", 4), 0, [4], [1]), "something else than a dict of tensors by name");
        yield return Case("NoTensor", Dictionary(Integer(1), Storage("0", 4)), "no tensors by name, neither directly nor under state_dict, model_state_dict, model; it has nothing");
        yield return Case("NumberAsName", Dictionary(Integer(1), Tensor(Storage("0", 4), 0, [4], [1])), "a tensor's name is not text");
        yield return Case("NameTwice", [.. FourFloats(), Mark, .. Text("t"), .. Tensor(Storage("0", 4), 0, [4], [1]), PickleOperation.SetItems], "'t' is there twice");
        yield return Case("StateDictTwice", Dictionary(Text("model"), FourFloats(), Text("model"), FourFloats()), "'model' is there twice");

        yield return Case("StorageOfText", PersistentId(Text("storage"), Text("FloatStorage"), Text("0"), Text("cpu"), Integer(4)), "does not name a storage");
        yield return Case("Module", PersistentId(Text("module"), None4(), None4(), None4(), None4()), "does not name a storage");
        yield return Case("IdOfText", [.. Text("0"), PickleOperation.BinPersId], "does not name a storage");
        yield return Case("NegativeStorage", Storage("0", -1), "storage '0' has -1 elements");
        yield return Case("HugeStorage", Storage("0", 1L << 61), "storage '0' has 2305843009213693952 elements of 4 bytes; the file has");
        yield return Case("LongKey", Storage(new string('0', 201), 1), "a storage's key has 201 characters");
        yield return Case("OtherType", Tuple(Storage("0", 4), Storage("0", 4, "IntStorage")), "storage '0' is there twice, as 4 elements of torch.FloatStorage and 4 of torch.IntStorage");
        yield return Case("OtherLength", Tuple(Storage("0", 4), Storage("0", 3)), "storage '0' is there twice, as 4 elements of torch.FloatStorage and 3");
        yield return Case("UnknownType", Storage("0", 4, "QInt8Storage"), "asks for Python's 'torch.QInt8Storage'");
        yield return Case("ViewOutside", Storage("0", 4, "FloatStorage", Tuple(Text("v"), Integer(2), Integer(3))), "a view of storage '0' lies outside of its 4 elements");
        yield return Case("ViewOverflow", Storage("0", 4, "FloatStorage", Tuple(Text("v"), Integer(1), Integer(long.MaxValue))), "lies outside");
        yield return Case("ViewNegative", Storage("0", 4, "FloatStorage", Tuple(Text("v"), Integer(-1), Integer(1))), "lies outside");

        yield return Tensors("NegativeOffset", -1, [4], [1], "needs more than the 4 elements of storage '0'");
        yield return Tensors("OffsetOutside", 5, [0], [1], "needs more than the 4 elements");
        yield return Tensors("OffsetOverflow", long.MaxValue, [4], [1], "needs more than the 4 elements");
        yield return Tensors("TooLong", 0, [5], [1], "a tensor [5] of strides [1] at 0 needs more than the 4 elements");
        yield return Tensors("TooLongByOffset", 1, [4], [1], "needs more than the 4 elements");
        yield return Tensors("TooLongByStride", 0, [2], [4], "needs more than the 4 elements");
        yield return Tensors("NegativeShape", 0, [-1], [1], "up to 64 integers from 0 on");
        yield return Tensors("NegativeStride", 3, [4], [-1], "up to 64 integers from 0 on");
        yield return Tensors("OverflowingShape", 0, [1L << 32, 1L << 32], [0, 0], "more elements than can be counted");
        yield return Tensors("OverflowBesideZero", 0, [0, 1L << 32, 1L << 32], [0, 0, 0], "more elements than can be counted");
        yield return Tensors("OverflowingStride", 0, [3], [long.MaxValue], "more elements than can be counted");
        yield return Tensors("OverflowByOne", 0, [2], [long.MaxValue], "more elements than can be counted");
        yield return Tensors("OverflowingStrides", 0, [2, 2], [long.MaxValue, long.MaxValue], "more elements than can be counted");
        yield return Tensors("ManyDimensions", 0, [.. Enumerable.Repeat(1L, 65)], [.. Enumerable.Repeat(1L, 65)], "up to 64 integers");
        yield return Tensors("LongNumbers", 0, [.. Enumerable.Repeat(1L, 63), 5], [.. Enumerable.Repeat(long.MaxValue, 63), 1], "needs more than the 4 elements");
        yield return Tensors("ShapeWithoutStrides", 0, [2, 2], [1], "a shape and as many strides");
        yield return Tensors("HugeByStride", 0, [1L << 33], [0], "t has 8589934592 elements of 4 bytes; tensors of 2 GiB and more");
        yield return Tensors("LargeByStride", 0, [1L << 23], [0], "t has 8388608 elements of 4 bytes; the whole file has");
        yield return Case("TensorOfText", Call(Global("torch._utils", "_rebuild_tensor"), Text("0"), Integer(0), Integers(1), Integers(1)), "something else than a storage");
        yield return Case("ShapeOfText", Call(Global("torch._utils", "_rebuild_tensor"), Storage("0", 4), Integer(0), Tuple(Text("1")), Integers(1)), "up to 64 integers");
        yield return Case("FewArguments", Call(Global("torch._utils", "_rebuild_tensor"), Integer(0)), "a function of 4 arguments is called with 1");
        yield return Case("FewArgumentsOfVersion2", Call(Global("torch._utils", "_rebuild_tensor_v2"), Integer(0)), "a function of 6 arguments is called with 1");
        yield return Case("ParameterOfText", Call(Global("torch._utils", "_rebuild_parameter"), Text("0"), Integer(0), Integer(0)), "something else than a tensor");
        yield return Case(
            "Conjugated",
            Call(Global("torch._utils", "_rebuild_tensor_v2"), Storage("0", 4), Integer(0), Integers(4), Integers(1), None4(), None4(), Dictionary(Text("conj"), [PickleOperation.NewTrue])),
            "stored with attributes (conjugated, negated)");
        static byte[] None4() => [None];

        static TestCaseData Unsupported(string name, string kind) =>
            Case(name, Call(Global("torch._utils", name), Storage("0", 4)), $"'{name}' makes {kind}; such tensors cannot be read");

        static byte[] Parameter() => Global("torch.nn.parameter", "Parameter");

        static byte[] FourFloatsTensor() => Tensor(Storage("0", 4), 0, [4], [1]);

        static byte[] State5() => Tuple(FourFloatsTensor(), [None], [None], [PickleOperation.NewTrue], [PickleOperation.NewFalse]);

        static TestCaseData Tensors(string name, long offset, long[] shape, long[] strides, string message) =>
            Case(name, Dictionary(Text("t"), Tensor(Storage("0", 4), offset, shape, strides)), message);

        static TestCaseData Case(string name, byte[] pickle, string message) => new TestCaseData(pickle, message).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Pickles))]
    public void OpenAndRead_LyingPickle_SaysWhatIsWrongInBothFormats(byte[] pickle, string message)
    {
        HostileFile.Refused(TorchFileBytes.Zip(Pickle(pickle), ("a/data/0", TorchFileBytes.Floats)), message);
        HostileFile.Refused(TorchFileBytes.Legacy(Pickle(pickle), ("0", TorchFileBytes.Floats)), message);
        Assert.That(File.Exists("/tmp/ucf-owned"), Is.False);
    }

    [Test]
    public void Read_BooleanThatIsNeitherZeroNorOne_Throws()
    {
        byte[] pickle = Pickle(Dictionary(Text("t"), Tensor(Storage("0", 16, "BoolStorage"), 0, [16], [1])));

        HostileFile.Refused(TorchFileBytes.Zip(pickle, ("a/data/0", TorchFileBytes.Floats)), "t is of booleans and has bytes other than 0 and 1");
    }

    [Test]
    public void Open_RefusedName_SaysWhereInTheFile()
    {
        byte[] file = TorchFileBytes.Zip(Pickle(Dictionary(Text("x"), Call(Global("os", "system"), Text("x")))));
        int position = file.AsSpan().IndexOf("cos\nsystem\n"u8);

        HostileFile.Refused(file, $"its pickle cannot be read at byte {position}: it asks for Python's 'os.system'");
    }

    [Test]
    public void Open_NestedTuples_ThrowsAtADepth() =>
        HostileFile.Refused(TorchFileBytes.Zip(Pickle([EmptyTuple], Repeat([PickleOperation.Tuple1], 1_000_000))), "nested more than 200 deep");

    [Test]
    public void Open_NestedListsAndDicts_ThrowsAtADepth()
    {
        HostileFile.Refused(TorchFileBytes.Zip(Pickle(Repeat([EmptyList], 1_000_000), Repeat([PickleOperation.Append], 999_999))), "nested more than 200 deep", 200L << 20);
        HostileFile.Refused(
            TorchFileBytes.Legacy(Pickle(Repeat([EmptyDict, None], 1_000_000), [EmptyDict], Repeat([PickleOperation.SetItem], 1_000_000))),
            "nested more than 200 deep",
            400L << 20);
    }

    [Test]
    public void Open_Marks_ThrowsAtTheEnd() =>
        HostileFile.Refused(TorchFileBytes.Zip(Pickle(Repeat([Mark], 3_000_000))), "0 values are left", 200L << 20);

    [Test]
    public void Open_ManySteps_ThrowsAtTheLimit() =>
        HostileFile.Refused(TorchFileBytes.Zip(Pickle(Repeat([None, PickleOperation.Pop], 2_500_000))), "more than 4000000 steps");

    [Test]
    public void Open_LongPickle_ThrowsAtTheLimit()
    {
        byte[] text = [.. Text(new string('x', 1 << 20)), PickleOperation.Pop];

        HostileFile.Refused(TorchFileBytes.Zip(Pickle(Repeat(text, 65))), "the pickle is longer than 67108864 bytes", 512L << 20);
    }

    [Test]
    public void Open_PairsNamedAgainAndAgain_ThrowsAtTheLimit()
    {
        byte[] pairs = [EmptyList, Mark, .. Repeat(Integers(1, 2), 50_000), PickleOperation.Appends, .. Put(0)];
        byte[] again = [.. Global("collections", "OrderedDict"), .. Get(0), PickleOperation.Tuple1, PickleOperation.Reduce];

        HostileFile.Refused(TorchFileBytes.Zip(Pickle(pairs, Repeat(again, 200_000))), "more than 4000000 steps", 400L << 20);
    }

    [Test]
    public void Open_ShapesNamedAgainAndAgain_ThrowsAtTheLimit()
    {
        byte[] shape = [.. Integers([.. Enumerable.Repeat(1L, 64)]), .. Put(0), .. Storage("0", 4), .. Put(1), .. Global("torch._utils", "_rebuild_tensor"), .. Put(2)];
        byte[] again = [.. Get(2), Mark, .. Get(1), .. Integer(0), .. Get(0), .. Get(0), PickleOperation.Tuple, PickleOperation.Reduce];

        HostileFile.Refused(TorchFileBytes.Zip(Pickle(shape, Repeat(again, 200_000))), "more than 4000000 steps", 200L << 20);
    }

    [Test]
    public void Open_StateDictsNamedAgainAndAgain_Throws()
    {
        byte[] large = [EmptyDict, .. Put(0), Mark, .. Repeat([None, None], 200_000), .. FourFloats()[2..^1], PickleOperation.SetItems, PickleOperation.Pop];
        byte[] root = [EmptyDict, Mark, .. Repeat([.. Text("state_dict"), .. Get(0)], 100_000), PickleOperation.SetItems];

        HostileFile.Refused(TorchFileBytes.Zip(Pickle(large, root), ("a/data/0", TorchFileBytes.Floats)), "'state_dict' is there twice", 200L << 20);
    }

    [Test]
    public void OpenAndRead_BillionLaughs_ReadsTheWeightsBesideThem()
    {
        byte[] laughs = [EmptyList, .. Put(0)];
        for (uint level = 1; level <= 100; level++)
        {
            laughs = [.. laughs, EmptyList, Mark, .. Repeat(Get(level - 1), 10), PickleOperation.Appends, .. Put(level)];
        }

        byte[] itself = [EmptyList, .. Put(200), .. Get(200), PickleOperation.Append];
        byte[] pickle = Dictionary(Text("laughs"), Tuple(laughs), Text("itself"), itself, Text("model"), FourFloats());

        Assert.That(HostileFile.ReadAll(TorchFileBytes.Zip(Pickle(pickle), ("a/data/0", TorchFileBytes.Floats))), Is.EqualTo((string[])["t: 1, 2, 3, 4"]));
    }

    [Test]
    public void OpenAndRead_DictInItself_ReadsItsTensors()
    {
        byte[] pickle = [.. FourFloats(), .. Put(0), .. Text("state_dict"), .. Get(0), PickleOperation.SetItem];

        Assert.That(HostileFile.ReadAll(TorchFileBytes.Zip(Pickle(pickle), ("a/data/0", TorchFileBytes.Floats))), Is.EqualTo((string[])["t: 1, 2, 3, 4"]));
    }

    [Test]
    public void OpenAndRead_UnusualButRight_IsRead()
    {
        byte[] pickle = Dictionary(
            Text("expanded"), Tensor(Storage("0", 4), 1, [2, 3], [0, 1]),
            Text("one index, any stride"), Tensor(Storage("0", 4), 3, [1, 1], [long.MaxValue, long.MaxValue]),
            Text("empty at the end"), Tensor(Storage("0", 4), 4, [0, 3], [3, 1]),
            Text("scalar"), Tensor(Storage("0", 4), 2, [], []),
            Text("../../etc/passwd"), Tensor(Storage("0", 4), 0, [1], [1]),
            Text("view"), Tensor(Storage("0", 4, "FloatStorage", Tuple(Text("v"), Integer(1), Integer(2))), 1, [1], [1]));
        string[] expected =
            ["../../etc/passwd: 1", "empty at the end: ", "expanded: 2, 3, 4, 2, 3, 4", "one index, any stride: 4", "scalar: 3", "view: 3"];

        Assert.That(HostileFile.ReadAll(TorchFileBytes.Zip(Pickle(pickle), ("a/data/0", TorchFileBytes.Floats))), Is.EqualTo(expected));
        Assert.That(HostileFile.ReadAll(TorchFileBytes.Legacy(Pickle(pickle), ("0", TorchFileBytes.Floats))), Is.EqualTo(expected));
    }

    private static IEnumerable<TestCaseData> LegacyFiles()
    {
        byte[] good = Pickle(FourFloats());
        byte[] data = TorchFileBytes.Counted(TorchFileBytes.Floats);
        yield return Case("OtherPickle", Pickle(PersistentId(Text("x"))), "a persistent id is out of place");
        yield return Case("OtherNumber", Pickle(Integer(5)), "it is a pickle, but none of torch.save");
        yield return Case("OtherVersion", TorchFileBytes.LegacyStart(version: 1002), "the version of its format is not 1001");
        yield return Case("BigEndian", TorchFileBytes.LegacyStart(littleEndian: false), "it does not say that it is little-endian");
        yield return Case("OnlyTheStart", TorchFileBytes.LegacyStart(), "the pickle is cut off at byte");
        yield return Case("NoKeys", TorchFileBytes.Legacy(good), "storage '0' with the data of a tensor is missing");
        yield return Case("KeysOfText", [.. TorchFileBytes.LegacyStart(), .. good, .. Pickle(Text("0")), .. data], "the list of its storages is missing");
        yield return Case("KeyOfNumber", [.. TorchFileBytes.LegacyStart(), .. good, .. Pickle([EmptyList, None, PickleOperation.Append]), .. data], "names one that no tensor has");
        yield return Case("KeyUnknown", TorchFileBytes.Legacy(good, ("0", TorchFileBytes.Floats), ("1", TorchFileBytes.Floats)), "names one that no tensor has, or one twice");
        yield return Case("KeyTwice", TorchFileBytes.Legacy(good, ("0", TorchFileBytes.Floats), ("0", TorchFileBytes.Floats)), "names one that no tensor has, or one twice");
        yield return Case("DataCut", TorchFileBytes.Legacy(good, ("0", TorchFileBytes.Floats))[..^1], "takes 24 bytes; 23 follow. The file is cut short");
        yield return Case("CountCut", [.. TorchFileBytes.LegacyStart(), .. good, .. TorchFileBytes.Keys("0"), 4], "takes 24 bytes; 1 follow");
        yield return Case("OtherCount", [.. TorchFileBytes.LegacyStart(), .. good, .. TorchFileBytes.Keys("0"), .. UInt64(5), .. new byte[16]], "has 5 elements; the tensors of it need 4");
        yield return Case("HugeCount", [.. TorchFileBytes.LegacyStart(), .. good, .. TorchFileBytes.Keys("0"), .. UInt64(ulong.MaxValue), .. new byte[16]], "has -1 elements");

        static TestCaseData Case(string name, byte[] file, string message) => new TestCaseData(file, message).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(LegacyFiles))]
    public void Open_LyingLegacyFile_SaysWhatIsWrong(byte[] file, string message) => HostileFile.Refused(file, message);

    private static IEnumerable<TestCaseData> ZipFiles()
    {
        byte[] pickle = Pickle(FourFloats());
        byte[] floats = TorchFileBytes.Floats;
        byte[] good = Start().Add("a/data/0", floats).ToArray();
        yield return Case("Cut", good[..^1], "no zip directory at its end. The file is cut short, or something was appended");
        yield return Case("Appended", [.. good, 0], "no zip directory at its end");
        yield return Case("OnlyTheStart", good[..4], "a zip file has at least 22 bytes; this one has 4");
        yield return Case("CutInFront", [.. good[..4], .. good[5..]], "the zip directory should end at");
        yield return Case("CutInTheDirectory", [.. good[..^40], .. good[^22..]], "the zip directory should end at");
        yield return Case("Compressed", Start().Add("a/data/0", floats, method: 8).ToArray(), "its entry 'a/data/0' is compressed. PyTorch does not compress");
        yield return Case("CompressedBesides", Start().Add("a/data/0", floats).Add("b", new byte[10], method: 8, size: 1L << 40, packedSize: 10).ToArray(), "its entry 'b' is compressed");
        yield return Case("Encrypted", Start().Add("a/data/0", floats, flags: 1).ToArray(), "its entry 'a/data/0' is encrypted or a patch");
        yield return Case("NameTwice", Start().Add("a/data/0", floats).Add("a/data/0", floats).ToArray(), "the zip directory has a name twice");
        yield return Case("PickleTwice", Start().Add("a/data.pkl", pickle).ToArray(), "the zip directory has a name twice");
        yield return Case("TwoPickles", Start().Add("b/data.pkl", pickle).Add("a/data/0", floats).ToArray(), "one folder with a data.pkl; this one has 2");
        yield return Case("NoPickle", new StoredZip().Add("a/data/0", floats).ToArray(), "one folder with a data.pkl; this one has 0");
        yield return Case("DeepPickle", new StoredZip().Add("a/b/data.pkl", pickle).ToArray(), "one folder with a data.pkl; this one has 0");
        yield return Case("TorchScript", Start().Add("a/constants.pkl", []).ToArray(), "it is a TorchScript program, not a file of weights");
        yield return Case("BigEndian", Start().Add("a/byteorder", "big"u8.ToArray()).ToArray(), "its byteorder is not 'little'");
        yield return Case("LongByteOrder", Start().Add("a/byteorder", new byte[100]).ToArray(), "its byteorder is not 'little'");
        yield return Case("NoData", Start().ToArray(), "its entry 'a/data/0' with the data of a tensor is missing");
        yield return Case("ShortData", Start().Add("a/data/0", floats[1..]).ToArray(), "has 15 bytes; the tensors of it need 16");
        yield return Case("LongData", Start().Add("a/data/0", [.. floats, 0]).ToArray(), "has 17 bytes; the tensors of it need 16");
        yield return Case("OtherPackedSize", Start().Add("a/data/0", floats, packedSize: 15).ToArray(), "has 16 bytes, and 15 are stored");
        yield return Case("HugeSize", Start().Add("a/data/0", floats, size: long.MaxValue).ToArray(), "which reach outside of the file");
        yield return Case("ImpossibleSize", Start().Add("a/data/0", floats, size: -1).ToArray(), "has an impossible size");
        yield return Case("SizeIntoTheDirectory", Start().Add("a/data/0", floats, size: 17).ToArray(), "which reach outside of the file");
        yield return Case("Overlap", Start().Add("a/data/0", floats).Add("a/data/1", floats, offset: 0).ToArray(), "overlaps another");
        yield return Case("OverlapByOne", Overlapping(), "overlaps another");
        yield return Case("OffsetOutside", Start().Add("a/data/0", floats, offset: 1L << 50).ToArray(), "overlaps another, or is outside of the file");
        yield return Case("OffsetInTheDirectory", Start().Add("a/data/0", floats, offset: Start().Add("a/data/0", floats).Position).ToArray(), "overlaps another, or is outside");
        yield return Case("OtherLocalName", Start().Add("a/data/0", floats, localName: "a/data/1").ToArray(), "is not what the zip directory says");
        yield return Case("LongerLocalName", Start().Add("a/data/0", floats, localName: "a/data/0x").ToArray(), "is not what the zip directory says");
        yield return Case("FewerEntries", Finished(zip => zip.Finish(count: 1)), "the zip directory has another length than its entries");
        yield return Case("MoreEntries", Finished(zip => zip.Finish(count: 3)), "has 3 entries");
        yield return Case("ManyEntries", Finished(zip => zip.Finish(count: 60_000)), "has 60000 entries");
        yield return Case("ManyEntries64", Finished(zip => zip.Finish(zip64: true, count64: 1UL << 40)), "has 1099511627776 entries");
        yield return Case("ImpossibleCount64", Finished(zip => zip.Finish(zip64: true, count64: ulong.MaxValue)), "contradict each other");
        yield return Case("OtherDisk", [.. good[..^18], 1, .. good[^17..]], "one part of a zip file in several parts");
        yield return Case("OtherCountOnDisk", [.. good[..^14], 1, .. good[^13..]], "one part of a zip file in several parts");
        yield return Case("OtherDirectorySize", Finished(zip => zip.Finish(directoryBytes: 5)), "the zip directory should end at");
        yield return Case("OtherDirectorySize64", Finished(zip => zip.Finish(zip64: true, directoryBytes: ulong.MaxValue)), "contradict each other");
        yield return Case("KeyAsPath", TorchFileBytes.Zip(Pickle(Dictionary(Text("t"), Tensor(Storage("../../../etc/passwd", 4), 0, [4], [1])))), "its entry 'a/data/../../../etc/passwd' with the data");

        StoredZip Start() => new StoredZip().Add("a/data.pkl", pickle);

        byte[] Finished(Action<StoredZip> finish)
        {
            using var bytes = new MemoryStream();
            finish(new StoredZip(bytes).Add("a/data.pkl", pickle).Add("a/data/0", floats));
            return bytes.ToArray();
        }

        byte[] Overlapping()
        {
            byte[] inner = new StoredZip().Add("a/data/1", floats).ToArray();
            StoredZip zip = Start();
            long position = zip.Position + 30 + "a/data/0".Length;
            return zip.Add("a/data/0", inner).Add("a/data/1", floats, offset: position).ToArray();
        }

        static TestCaseData Case(string name, byte[] file, string message) => new TestCaseData(file, message).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(ZipFiles))]
    public void Open_LyingZipFile_SaysWhatIsWrong(byte[] file, string message) => HostileFile.Refused(file, message);

    [TestCase(false)]
    [TestCase(true)]
    public void OpenAndRead_ZipOfAnotherWriter_IsRead(bool zip64)
    {
        byte[] file = new StoredZip().Add("x/", []).Add("x/data/0", TorchFileBytes.Floats).Add("../evil", [1]).Add("/etc/passwd", [1])
            .Add("x/data.pkl", Pickle(FourFloats())).Add("x/byteorder", "little"u8.ToArray()).ToArray(zip64);

        Assert.That(HostileFile.ReadAll(file), Is.EqualTo((string[])["t: 1, 2, 3, 4"]));
    }

    [Test]
    public void OpenAndRead_FileOfMoreThan4GiB_IsReadAtItsEnd()
    {
        const long Elements = (5L << 30) / 4;
        using var folder = new TemporaryFolder();
        using (var stream = new FileStream(folder["f"], FileMode.CreateNew))
        {
            byte[] pickle = Pickle(Dictionary(
                Text("large"), Tensor(Storage("0", Elements), 0, [Elements], [1]),
                Text("late"), Tensor(Storage("0", Elements), Elements - 2, [2], [1]),
                Text("t"), Tensor(Storage("1", 4), 0, [4], [1])));
            var zip = new StoredZip(stream);
            zip.Add("a/data/0", [], hole: Elements * 4).Add("a/data/1", TorchFileBytes.Floats).Add("a/data.pkl", pickle).Finish(zip64: true);
        }

        using PyTorchFile file = PyTorchFile.Open(folder["f"]);
        using torch.Tensor late = file.Read("late");
        using torch.Tensor after = file.Read("t");
        Assert.That(TestModels.Values(late), Is.EqualTo((double[])[0, 0]));
        Assert.That(TestModels.Values(after), Is.EqualTo((double[])[1, 2, 3, 4]));
        Assert.That(() => file.Read("large"), Throws.TypeOf<WeightsFormatException>().With.Message.Contains("tensors of 2 GiB and more cannot be read"));
    }

    [Test]
    public void Read_FileCutWhileOpen_Throws()
    {
        foreach (byte[] content in new[]
        {
            TorchFileBytes.Zip(Pickle(FourFloats()), ("a/data/0", TorchFileBytes.Floats)), TorchFileBytes.Legacy(Pickle(FourFloats()), ("0", TorchFileBytes.Floats)),
        })
        {
            using var folder = new TemporaryFolder();
            File.WriteAllBytes(folder["f"], content);
            using PyTorchFile file = PyTorchFile.Open(folder["f"]);
            using (var cut = new FileStream(folder["f"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            {
                cut.SetLength(content.AsSpan().IndexOf(TorchFileBytes.Floats) + 3);
            }

            Assert.That(() => file.Read("t"), Throws.TypeOf<WeightsFormatException>().With.Message.Contains("cannot be read: the file now ends at byte"));
        }
    }

    [TestCase("whole-model-zip.pth")]
    [TestCase("whole-model-legacy.pth")]
    public void FromFile_WholeModel_SaysHowToSaveItsWeights(string name) =>
        Assert.That(() => PretrainedWeights.FromFile(TestModels.Fixture("weights", name)), Throws.TypeOf<WeightsFormatException>()
            .With.Message.Contains("asks for Python's '__main__.Tiny'").And.Message.Contains("in Python: torch.save(model.state_dict(), path)"));

    [TestCase("no-weights-zip.pth")]
    [TestCase("no-weights-legacy.pth")]
    public void FromFile_NoStateDict_SaysWhatIsThere(string name) =>
        Assert.That(() => PretrainedWeights.FromFile(TestModels.Fixture("weights", name)), Throws.TypeOf<WeightsFormatException>()
            .With.Message.Contains("neither directly nor under state_dict, model_state_dict, model; it has epoch, lists."));

    [Test]
    public void FromFile_TorchScript_SaysSo() =>
        Assert.That(() => PretrainedWeights.FromFile(TestModels.Fixture("weights", "torchscript.pt")), Throws.TypeOf<WeightsFormatException>()
            .With.Message.Contains("it is a TorchScript program"));

    [TestCase("<!DOCTYPE html>", "3c21444f4354595045")]
    [TestCase("PK", "504b")]
    [TestCase("", "")]
    public void FromFile_SomethingElse_SaysHowItBegins(string content, string hexadecimal)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["w.pth"], content, new UTF8Encoding(false));

        Assert.That(() => PretrainedWeights.FromFile(folder["w.pth"]), Throws.TypeOf<WeightsFormatException>()
            .With.Message.StartsWith($"{folder["w.pth"]}: neither a safetensors file nor one of PyTorch's torch.save: it begins with the bytes {hexadecimal}. "));
    }

    [Test]
    public void FromFile_GoesByContentNotByName()
    {
        using var folder = new TemporaryFolder();
        File.Copy(TestModels.Fixture("weights", "module-prefix.safetensors"), folder["a.pth"]);
        File.Copy(TestModels.Fixture("weights", "types-legacy.pth"), folder["b.safetensors"]);
        File.Copy(TestModels.Fixture("weights", "types-zip.pth"), folder["c"]);

        Assert.That(PretrainedWeights.FromFile(folder["a.pth"]).Names, Has.Count.EqualTo(2));
        Assert.That(PretrainedWeights.FromFile(folder["b.safetensors"]).Names, Has.Count.EqualTo(16));
        Assert.That(PretrainedWeights.FromFile(folder["c"]).Names, Has.Count.EqualTo(16));
    }

    [Test]
    public void FromFile_MissingFileFolderOrDevice_Throws()
    {
        using var folder = new TemporaryFolder();

        Assert.That(() => PretrainedWeights.FromFile(folder["none.pth"]), Throws.TypeOf<WeightsFormatException>().With.Message.Contains("cannot be opened"));
        Assert.That(() => PretrainedWeights.FromFile(folder.Path), Throws.TypeOf<WeightsFormatException>().With.Message.Contains("cannot be opened"));
        if (File.Exists("/dev/zero"))
        {
            Assert.That(() => PretrainedWeights.FromFile("/dev/zero"), Throws.TypeOf<WeightsFormatException>().With.Message.EndsWith("It is a device, where a file is expected."));
        }
    }

    [Test]
    [Platform("Linux")]
    public void FromFile_Pipe_ThrowsAtOnce()
    {
        using var folder = new TemporaryFolder();
        ExternalProgram.Run("mkfifo", folder["w.pth"]);

        Task opening = Task.Run(() => Assert.That(() => PretrainedWeights.FromFile(folder["w.pth"]), Throws.TypeOf<WeightsFormatException>()
            .With.Message.EqualTo($"{folder["w.pth"]}: cannot be opened. It is a pipe, where a file is expected.")));

        Assert.That(opening.Wait(TimeSpan.FromSeconds(20)), "it waits for somebody who writes");
    }

    [Test]
    [Platform("Linux")]
    public void FromFile_LinkToAFile_IsRead()
    {
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder["w.pth"], TestModels.Fixture("weights", "types-zip.pth"));

        Assert.That(PretrainedWeights.FromFile(folder["w.pth"]).Names, Has.Count.EqualTo(16));
    }

    [Test]
    public void FromFile_PathWithNul_Throws() =>
        Assert.That(() => PretrainedWeights.FromFile("w\0.pth"), Throws.TypeOf<WeightsFormatException>().With.Message.StartsWith("w\\0.pth: cannot be opened. Null character in path."));
}
