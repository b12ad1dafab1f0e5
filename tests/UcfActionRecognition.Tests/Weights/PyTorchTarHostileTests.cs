using UcfActionRecognition.Tests.Models;
using static UcfActionRecognition.Tests.Weights.PickleBytes;

namespace UcfActionRecognition.Tests.Weights;

/// <summary>Files of torch.save's oldest format, tar, that lie or attack.</summary>
public sealed class PyTorchTarHostileTests : TensorFixture
{
    private static IEnumerable<TestCaseData> TarFiles()
    {
        byte[] good = TarBytes.Torch();
        byte[] other = TarBytes.Member("other", [1]);
        yield return Case("OnlyAHeader", good[..512], "its member 'sys_info' has");
        yield return Case("CutHeader", good[..400], "its tar headers do not end before byte 400. The file is cut short");
        yield return Case("NoEnd", good[..^1024], "its tar headers do not end before byte");
        yield return Case("CutData", [.. good[..^2048], .. new byte[100]], "The file is cut short");
        yield return Case("Empty", TarBytes.Archive(other), "it is a tar file without a member 'sys_info', and therefore none of torch.save");
        yield return Case("NoStorages", TarBytes.Archive(TarBytes.Member("sys_info", TarBytes.SystemPickle)), "without a member 'storages'");
        yield return Case("OtherChecksum", [.. good[..10], 1, .. good[11..]], "the tar header at byte 0 is damaged: its checksum is");
        yield return Case("NoMagic", Torch([.. other[..257], 0, .. other[258..]]), "is broken: 'ustar' is not in it");
        yield return Case("SizeOfText", Torch(TarBytes.Member("other", [1], size: "0000000008")), "has '0000000008' where there should be an octal number");
        yield return Case("SizeInBinary", Torch(TarBytes.Member("other", [1], size: "\u0080\u0001")), "where there should be an octal number");
        yield return Case("NoSize", Torch(TarBytes.Member("other", [1], size: "")), "has '' where there should be an octal number");
        yield return Case("HugeSize", Torch(TarBytes.Member("other", [1], size: "777777777777")), "its member 'other' has 68719476735 bytes; ");
        yield return Case("Twice", Torch(TarBytes.Member("pickle", TarBytes.Root)), "its member 'pickle' is there twice");
        yield return Case("Link", Torch(TarBytes.Member("other", [], type: '2')), "its member 'other' is of type 0x32: no plain file");
        yield return Case("HardLink", Torch(TarBytes.Member("other", [], type: '1')), "is of type 0x31: no plain file");
        yield return Case("Folder", Torch(TarBytes.Member("../", [], type: '5')), "is of type 0x35: no plain file");
        yield return Case("Device", Torch(TarBytes.Member("other", [], type: '3')), "is of type 0x33: no plain file");
        yield return Case("Sparse", Torch(TarBytes.Member("other", [], type: 'S')), "is of type 0x53: no plain file");
        yield return Case("LongName", Torch(TarBytes.Member("././@LongLink", [.. "pickle"u8], type: 'L'), other), "is of type 0x4c: no plain file");
        yield return Case("GlobalExtension", Torch(TarBytes.Member("x", [.. "11 size=99\n"u8], type: 'g'), other), "is of type 0x67: no plain file");
        yield return Case("RenamingExtension", Torch(TarBytes.Extension(("path", "x")), other), "its tar headers are extended by 'path', which is unknown, not needed");
        yield return Case("SparseExtension", Torch(TarBytes.Extension(("GNU.sparse.major", "1")), other), "extended by 'GNU.sparse.major'");
        yield return Case("SizeTwice", Torch(TarBytes.Extension(("size", "1"), ("size", "1")), other), "extended by 'size', which is unknown, not needed or there twice");
        yield return Case("ExtendedSize", Torch(TarBytes.Extension(("size", $"{long.MaxValue}")), other), "has 9223372036854775807 bytes; ");
        yield return Case("ExtendedSizeOverflow", Torch(TarBytes.Extension(("size", "9223372036854775808")), other), "what extends a tar header is broken");
        yield return Case("ExtendedSizeNegative", Torch(TarBytes.Extension(("size", "-1")), other), "what extends a tar header is broken");
        yield return Case("BrokenExtension", Torch(TarBytes.Member("x", [.. "99 size=1\n"u8], type: 'x'), other), "what extends a tar header is broken");
        yield return Case("ZeroRecord", Torch(TarBytes.Member("x", [.. "0 size=1\n"u8], type: 'x'), other), "what extends a tar header is broken");
        yield return Case("LongExtension", Torch(TarBytes.Member("x", new byte[70_000], type: 'x'), other), "extends a header by 70000 bytes");
        yield return Case("TwoExtensions", Torch(TarBytes.Extension(("uid", "1")), TarBytes.Extension(("uid", "1")), other), "a tar header is extended twice");
        yield return Case("ExtensionOfNone", Torch(TarBytes.Extension(("uid", "1"))), "its last tar header is an extension of none");
        yield return Case("ManyHeaders", Torch([.. Enumerable.Range(0, 1000).Select(index => TarBytes.Member($"{index}", []))]), "more than 1000 headers");

        yield return Case("OtherVersion", TarBytes.Torch(system: TarBytes.System(version: 1001)), "the version of its format is not 1000");
        yield return Case("BigEndian", TarBytes.Torch(system: TarBytes.System(littleEndian: false)), "it does not say that it is little-endian");
        yield return Case("SystemOfText", TarBytes.Torch(system: Pickle(Text("x"))), "the version of its format is not 1000");
        yield return Case("System", TarBytes.Torch(pickle: Pickle(Call(Global("os", "system"), Text("touch /tmp/ucf-owned")))), "asks for Python's 'os.system'");
        yield return Case("SystemInStorages", TarBytes.Torch(storages: Pickle(Global("os", "system"))), "asks for Python's 'os.system'");
        yield return Case("SystemInTensors", TarBytes.Torch(tensors: Pickle(Call(Global("torch", "Size"), Text("x")))), "asks for Python's 'torch.Size'");
        yield return Case("IdUnknown", TarBytes.Torch(pickle: Pickle(Dictionary(Text("t"), [.. Text("7"), PickleOperation.BinPersId]))), "a persistent id '7' names no tensor");
        yield return Case("IdOfStorage", TarBytes.Torch(pickle: Pickle(PickleBytes.Storage("7", 4))), "a persistent id names no tensor");
        yield return Case("IdWithSpace", TarBytes.Torch(pickle: Pickle([.. Text(" 9"), PickleOperation.BinPersId])), "a persistent id ' 9' names no tensor");

        yield return Storages("NegativeCount", Pickle(Integer(-1)), "its number of storages is -1; from 0 to 200000 are read");
        yield return Storages("LargeCount", Pickle(Integer(200_001)), "its number of storages is 200001");
        yield return Storages("CountOfText", Pickle(Text("1")), "its number of storages is ");
        yield return Storages("FewerStorages", Pickle(Integer(2)), TarBytes.Storage(7), "the pickle is cut off");
        yield return Storages("NoViews", Join(Pickle(Integer(1)), TarBytes.Storage(7)), "the pickle is cut off");
        yield return Storages("StorageOfText", Join(Pickle(Integer(1)), Pickle(Text("x"))), "does not begin with its key, location and class");
        yield return Storages("StorageOfTensorClass", Join(Pickle(Integer(1)), TarBytes.Storage(7, type: "FloatTensor")), "asks for Python's 'torch.FloatTensor'");
        yield return Storages("StorageTwice", Join(Pickle(Integer(2)), TarBytes.Storage(7), TarBytes.Storage(7), Views()), "storage '7' is there twice");
        yield return Storages("HugeStorage", Join(Pickle(Integer(1)), TarBytes.Storage(7, ulong.MaxValue), Views()), "storage '7' at byte");
        yield return Storages("LongStorage", Join(Pickle(Integer(1)), TarBytes.Storage(7, 9), Views()), "has 9 elements of 4 bytes; ");
        yield return Storages("SomethingBehind", Join(TarBytes.Storages, [0]), "1 bytes follow at byte");
        yield return Storages("ViewsOfText", Join(Pickle(Integer(1)), TarBytes.Storage(7), Pickle(Text("x"))), "the list of views of its storages is missing");
        yield return Storages("ViewOfNone", With(Integers(8, 6, 0, 1)), "a view of a storage lies outside of it, or the storage is missing");
        yield return Storages("ViewTooLong", With(Integers(8, 7, 2, 3)), "a view of a storage lies outside of it");
        yield return Storages("ViewOverflow", With(Integers(8, 7, 1, long.MaxValue)), "a view of a storage lies outside of it");
        yield return Storages("ViewNegative", With(Integers(8, 7, -1, 1)), "a view of a storage lies outside of it");
        yield return Storages("ViewTwice", With(Integers(7, 7, 0, 1)), "storage '7' is there twice");

        yield return Tensors("StorageMissing", TarBytes.Tensor(9, 6, [4], [1]), "does not begin with its key, that of a storage, and the storage's type");
        yield return Tensors("OtherType", TarBytes.Tensor(9, 7, [4], [1], type: "IntTensor"), "does not begin with its key, that of a storage, and the storage's type");
        yield return Tensors("ManyDimensions", TarBytes.Tensor(9, 7, [4], [1], dimensions: 65), "tensor '9' has 65 dimensions; at most 64 are read");
        yield return Tensors("NegativeDimensions", TarBytes.Tensor(9, 7, [4], [1], dimensions: uint.MaxValue), "tensor '9' has 4294967295 dimensions");
        yield return Tensors("CutNumbers", TarBytes.Tensor(9, 7, [4], [1], dimensions: 2), "the pickle is cut off");
        yield return Tensors("TooLong", TarBytes.Tensor(9, 7, [5], [1]), "a tensor [5] of strides [1] at 0 needs more than the 4 elements of storage '7'");
        yield return Tensors("NegativeShape", TarBytes.Tensor(9, 7, [-1], [1]), "up to 64 integers from 0 on");
        yield return Tensors("NegativeOffset", TarBytes.Tensor(9, 7, [4], [1], offset: -1), "needs more than the 4 elements");
        yield return Tensors("OverflowingStride", TarBytes.Tensor(9, 7, [3], [long.MaxValue]), "more elements than can be counted");
        yield return Case("TensorTwice", TarBytes.Torch(tensors: Join(Pickle(Integer(2)), TarBytes.Tensor(9, 7, [4], [1]), TarBytes.Tensor(9, 7, [4], [1]))), "tensor '9' is there twice");

        static byte[] Torch(params byte[][] more) => TarBytes.Torch(more: more);

        static byte[] Views(params byte[][] views) => Pickle([PickleOperation.EmptyList, PickleOperation.Mark, .. Join(views), PickleOperation.Appends]);

        static byte[] With(params byte[][] views) => Join(Pickle(Integer(1)), TarBytes.Storage(7), Views(views));

        static TestCaseData Storages(string name, params object[] partsAndMessage) =>
            Case(name, TarBytes.Torch(storages: Join([.. partsAndMessage.OfType<byte[]>()])), (string)partsAndMessage[^1]);

        static TestCaseData Tensors(string name, byte[] tensor, string message) =>
            Case(name, TarBytes.Torch(tensors: Join(Pickle(Integer(1)), tensor)), message);

        static TestCaseData Case(string name, byte[] file, string message) => new TestCaseData(file, message).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(TarFiles))]
    public void Open_LyingTarFile_SaysWhatIsWrong(byte[] file, string message)
    {
        HostileFile.Refused(file, message);
        Assert.That(File.Exists("/tmp/ucf-owned"), Is.False);
    }

    [Test]
    public void OpenAndRead_TarOfAnotherWriter_IsRead()
    {
        byte[] file = TarBytes.Torch(more:
        [
            TarBytes.Extension(("mtime", "1487000000.25"), ("size", "3")), TarBytes.Member("../../etc/passwd", [1, 2, 3]), TarBytes.Member("pickle", [1], prefix: "a"),
        ]);

        Assert.That(HostileFile.ReadAll([.. file, .. new byte[9216]]), Is.EqualTo((string[])["t: 1, 2, 3, 4"]));
    }

    [Test]
    public void OpenAndRead_ViewsAndStrides_AreRead()
    {
        byte[] storages = Join(
            Pickle(Integer(1)), TarBytes.Storage(7), Pickle([PickleOperation.EmptyList, .. Integers(8, 7, 1, 3), PickleOperation.Append]));
        byte[] tensors = Join(Pickle(Integer(2)), TarBytes.Tensor(9, 8, [2], [1], offset: 1), TarBytes.Tensor(10, 7, [2, 2], [1, 2]));
        byte[] pickle = Pickle(Dictionary(Text("a"), [.. Text("9"), PickleOperation.BinPersId], Text("b"), [.. Text("10"), PickleOperation.BinPersId]));

        Assert.That(HostileFile.ReadAll(TarBytes.Torch(null, pickle, tensors, storages)), Is.EqualTo((string[])["a: 3, 4", "b: 1, 3, 2, 4"]));
    }

    [Test]
    public void FromFile_WholeModel_SaysHowToSaveItsWeights() =>
        Assert.That(() => PretrainedWeights.FromFile(TestModels.Fixture("weights", "whole-model-tar.pth")), Throws.TypeOf<WeightsFormatException>()
            .With.Message.Contains("asks for Python's '__main__.Tiny'").And.Message.Contains("in Python: torch.save(model.state_dict(), path)"));

    [Test]
    public void OpenAndRead_ManyStorages_TakesBoundedMemory()
    {
        const int Count = 20_000;
        byte[] storages = Join(
            [Pickle(Integer(Count)), .. Enumerable.Range(0, Count).Select(key => TarBytes.Storage(key)), Pickle([PickleOperation.EmptyList])]);
        byte[] file = TarBytes.Torch(storages: storages);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.That(HostileFile.ReadAll(file), Has.Length.EqualTo(1));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(40L << 20));
    }
}
