using System.Buffers.Binary;
using System.Text;
using CsCheck;
using TorchSharp;
using UcfActionRecognition.Tests.Models;

namespace UcfActionRecognition.Tests.Weights;

/// <summary>Files that lie: nothing but WeightsFormatException comes out, and nothing large is allocated.</summary>
public sealed class SafetensorsHostileTests : TensorFixture
{
    private const string F32 = """{"dtype":"F32","shape":[1],"data_offsets":[0,4]}""";

    private const string Empty = """{"dtype":"F32","shape":[0],"data_offsets":[0,0]}""";

    private static readonly string Long = string.Concat(Enumerable.Repeat("\\u001b[2J\\u202e", 20_000));
    private static readonly string Numbers = string.Join(',', Enumerable.Repeat("1", 62).Concat(["1000000000", "1000000000"]));

    private static IEnumerable<TestCaseData> Headers()
    {
        yield return Case("Empty", "", 0, "does not begin with '{'");
        yield return Case("NotJson", "{hello", 0, "header is broken");
        yield return Case("LeadingSpace", " {}", 0, "does not begin with '{'");
        yield return Case("Array", "[]", 0, "does not begin with '{'");
        yield return Case("CutJson", """{"a":{"dtype":"F32",""", 4, "header is broken");
        yield return Case("TwoRoots", "{}{}", 0, "header is broken");
        yield return Case("Comment", "{/**/}", 0, "header is broken");
        yield return Case("TensorTwice", $"{{\"a\":{F32},\"a\":{F32}}}", 4, "'a' is there twice");
        yield return Case("TensorTwiceByEscape", $"{{\"a\":{F32},\"\\u0061\":{F32}}}", 4, "'a' is there twice");
        yield return Case("MetadataTwice", """{"__metadata__":{},"__metadata__":{}}""", 0, "'__metadata__' is there twice");
        yield return Case("MetadataKeyTwice", """{"__metadata__":{"k":"1","k":"2"}}""", 0, "'k' twice");
        yield return Case("MetadataNumber", """{"__metadata__":{"k":1}}""", 0, "String was expected");
        yield return Case("MetadataNull", """{"__metadata__":null}""", 0, "StartObject was expected");
        yield return Case("FieldTwice", """{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "'dtype', which is unknown or there twice");
        yield return Case("FieldUnknown", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}""", 4, "'x', which is unknown");
        yield return Case("NoShape", """{"a":{"dtype":"F32","data_offsets":[0,4]}}""", 4, "needs dtype, shape and two data_offsets");
        yield return Case("OneOffset", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", 4, "two data_offsets");
        yield return Case("ThreeOffsets", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 4, "up to 2 integers");
        yield return Case("TypeUnknown", """{"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}""", 4, "of type F8_E4M3; known are F64");
        yield return Case("TypeNull", """{"a":{"dtype":null,"shape":[1],"data_offsets":[0,4]}}""", 4, "String was expected");
        yield return Case("NegativeShape", """{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "integers from 0 on");
        yield return Case("FractionShape", """{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "integers from 0 on");
        yield return Case("TextShape", """{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", 4, "integers from 0 on");
        yield return Case("HugeShape", """{"a":{"dtype":"F32","shape":[9999999999999999999],"data_offsets":[0,4]}}""", 4, "integers from 0 on");
        yield return Case("OverflowingShape", """{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}""", 4, "header is broken");
        yield return Case("OverflowBesideZero", """{"a":{"dtype":"F32","shape":[0,4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "header is broken");
        yield return Case("ManyDimensions", "{\"a\":{\"dtype\":\"F32\",\"shape\":[" + string.Join(',', Enumerable.Repeat(1, 65)) + "],\"data_offsets\":[0,4]}}", 4, "up to 64 integers");
        yield return Case("NegativeOffset", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", 4, "integers from 0 on");
        yield return Case("BackwardOffsets", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "takes 4 bytes; its data_offsets are 4 to 0");
        yield return Case("SizeMismatch", """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "takes 8 bytes; its data_offsets are 0 to 4");
        yield return Case("PastTheEnd", """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "promises 8 bytes of data; 4 follow");
        yield return Case("DataLeftOver", $"{{\"a\":{F32}}}", 5, "promises 4 bytes of data; 5 follow");
        yield return Case("Gap", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "begins at 4; the data before it ends at 0");
        yield return Case("Overlap", "{\"a\":" + F32 + ""","b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", 6, "begins at 2; the data before it ends at 4");
        yield return Case("Same", $"{{\"a\":{F32},\"b\":{F32}}}", 4, "begins at 0; the data before it ends at 4");
        yield return Case("LoneSurrogate", $"{{\"\\ud800\":{F32}}}", 4, "header");
        yield return Case("Deep", "{\"a\":" + new string('[', 100_000) + new string(']', 100_000) + "}", 0, "header is broken");
        yield return Case("DeepInTensor", """{"a":{"dtype":"F32","shape":[[1]],"data_offsets":[0,4]}}""", 4, "header is broken");

        yield return Case("LongName", $"{{\"{Long}\":{{\"dtype\":\"F32\"}}}}", 0, "needs dtype, shape and two data_offsets");
        yield return Case("LongNameTwice", $"{{\"{Long}\":{F32},\"{Long}\":{F32}}}", 4, "is there twice");
        yield return Case("LongNameOfGap", $"{{\"{Long}\":{{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}}}", 8, "begins at 4");
        yield return Case("LongNameOfSize", $"{{\"{Long}\":{{\"dtype\":\"F32\",\"shape\":[{Numbers}],\"data_offsets\":[0,9]}}}}", 9, "its data_offsets are 0 to 9");
        yield return Case("LongNameOfNumbers", $"{{\"{Long}\":{{\"shape\":[-1]}}}}", 0, "integers from 0 on");
        yield return Case("LongField", $"{{\"a\":{{\"{Long}\":1}}}}", 0, "which is unknown or there twice");
        yield return Case("LongType", $"{{\"a\":{{\"dtype\":\"{Long}\",\"shape\":[],\"data_offsets\":[0,0]}}}}", 0, "known are F64");
        yield return Case("LongMetadataKeyTwice", $"{{\"__metadata__\":{{\"{Long}\":\"\",\"{Long}\":\"\"}}}}", 0, "' twice");
        yield return Case("ManyTensors", $"{{{string.Join(',', Enumerable.Range(0, 200_001).Select(index => $"\"{index}\":{Empty}"))}}}", 0, "has more than 200000 tensors");
        yield return Case("ManyMetadata", $"{{\"__metadata__\":{{{string.Join(',', Enumerable.Range(0, 10_001).Select(index => $"\"{index}\":\"\""))}}}}}", 0, "more than 10000 entries or 33554432 characters");
        yield return Case("LongMetadata", $"{{\"__metadata__\":{{\"a\":\"{new string('x', 1 << 25)}\"}}}}", 0, "more than 10000 entries or 33554432 characters");

        static TestCaseData Case(string name, string header, int data, string message) =>
            new TestCaseData(header, data, message).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Headers))]
    public void Open_LyingHeader_SaysWhatIsWrong(string header, int data, string message)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["f"], Bytes(Encoding.UTF8.GetBytes(header), data));

        string found = Assert.Throws<WeightsFormatException>(() => SafetensorsFile.Open(folder["f"]))!.Message;

        Assert.That(found, Does.StartWith(folder["f"]).And.Contains(message));
        HostileFile.IsPlain(found);
    }

    [Test]
    public void Open_TextThatIsNotUtf8_Throws()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["f"], Bytes([.. "{\""u8, 0xFF, 0xC0, .. "\":"u8, .. Encoding.UTF8.GetBytes(F32), .. "}"u8], 4));

        Assert.That(() => SafetensorsFile.Open(folder["f"]), Throws.TypeOf<WeightsFormatException>());
    }

    [TestCase(ulong.MaxValue)]
    [TestCase(1UL << 63)]
    [TestCase(1UL << 40)]
    [TestCase(100_000_001UL)]
    [TestCase(3UL)]
    public void Open_HeaderLongerThanTheFile_ThrowsWithoutAllocatingIt(ulong length)
    {
        using var folder = new TemporaryFolder();
        var bytes = new byte[10];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        File.WriteAllBytes(folder["f"], bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.That(() => SafetensorsFile.Open(folder["f"]), Throws.TypeOf<WeightsFormatException>()
            .With.Message.Contains($"promises a header of {length} bytes where 2 follow"));

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1_000_000));
    }

    [Test]
    public void Open_GoodFileCutAnywhere_Throws()
    {
        using var folder = new TemporaryFolder();
        byte[] good = File.ReadAllBytes(TestModels.Fixture("weights", "module-prefix.safetensors"));
        for (int length = 0; length < good.Length; length++)
        {
            File.WriteAllBytes(folder["f"], good[..length]);
            Assert.That(() => SafetensorsFile.Open(folder["f"]), Throws.TypeOf<WeightsFormatException>(), $"cut to {length} bytes");
        }
    }

    [Test]
    public void Read_BooleanThatIsNeitherZeroNorOne_Throws()
    {
        using var folder = new TemporaryFolder();
        byte[] file = Bytes("""{"a":{"dtype":"BOOL","shape":[2],"data_offsets":[0,2]}}"""u8.ToArray(), 2);
        file[^1] = 2;
        File.WriteAllBytes(folder["f"], file);
        using SafetensorsFile opened = SafetensorsFile.Open(folder["f"]);

        Assert.That(() => opened.Read("a"), Throws.TypeOf<WeightsFormatException>().With.Message.Contains("bytes other than 0 and 1"));
    }

    [Test]
    public void OpenAndRead_AnyDamageToAGoodFile_GivesTensorsOrWeightsFormatException()
    {
        using var folder = new TemporaryFolder();
        byte[] good = File.ReadAllBytes(TestModels.Fixture("weights", "all-types.safetensors"));
        Gen<(int Position, byte Value)[]> damage = Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte).Array[1, 4];

        damage.Sample(
            changes =>
            {
                byte[] bytes = [.. good];
                foreach ((int position, byte value) in changes)
                {
                    bytes[position] = value;
                }

                OpenAndRead(folder["f"], bytes);
            },
            iter: 1000,
            threads: 1);
    }

    [Test]
    public void OpenAndRead_HeadersOfRandomJson_GiveTensorsOrWeightsFormatException()
    {
        using var folder = new TemporaryFolder();
        string[] tokens =
        [
            "{", "}", "[", "]", ",", ":", "\"a\"", "\"dtype\"", "\"shape\"", "\"data_offsets\"", "\"F32\"", "\"BOOL\"", "\"__metadata__\"", "0", "1", "4",
            "-1", "1e9", "9223372036854775807", "null", "true", " ", "\"\\u0000\"", F32, "\"a\":" + F32,
        ];
        Gen<string> header = Gen.Int[0, tokens.Length - 1].Array[0, 16]
            .Select(indices => "{" + string.Concat(indices.Select(index => tokens[index])) + "}");

        Gen.Select(header, Gen.Int[0, 8]).Sample(
            (text, data) => OpenAndRead(folder["f"], Bytes(Encoding.UTF8.GetBytes(text), data)),
            iter: 1000,
            threads: 1);
    }

    private static void OpenAndRead(string path, byte[] bytes)
    {
        File.WriteAllBytes(path, bytes);
        try
        {
            using SafetensorsFile file = SafetensorsFile.Open(path);
            foreach (string name in file.Entries.Keys)
            {
                using torch.Tensor tensor = file.Read(name);
                Assert.That(tensor.shape, Is.EqualTo(file.Entries[name].Shape));
            }
        }
        catch (WeightsFormatException)
        {
        }
    }

    private static byte[] Bytes(byte[] header, int data)
    {
        var bytes = new byte[8 + header.Length + data];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, header.Length);
        header.CopyTo(bytes, 8);
        return bytes;
    }
}
