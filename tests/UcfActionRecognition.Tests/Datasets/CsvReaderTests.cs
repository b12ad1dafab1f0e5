namespace UcfActionRecognition.Tests.Datasets;

public class CsvReaderTests
{
    [TestCase("a,b\nc,d\n", "1: a|b", "2: c|d")]
    [TestCase("a,b\r\nc,d", "1: a|b", "2: c|d")]
    [TestCase("a\rb\r", "1: a", "2: b")]
    [TestCase("\"a,b\",\"c\"\"d\"\"\"\n", "1: a,b|c\"d\"")]
    [TestCase("\"a\r\nb\",c\nd,e", "1: a\nb|c", "3: d|e")]
    [TestCase("a,,\n,b,\n", "1: a||", "2: |b|")]
    [TestCase("\n  \na\n\n\nb", "3: a", "6: b")]
    [TestCase(" a , \"b \" \n", "1: a|b")]
    [TestCase("\"\"\n\"\",\"\"", "2: |")]
    [TestCase("a,b,", "1: a|b|")]
    [TestCase("")]
    [TestCase("\n")]
    public void Read_AsRfc4180HasIt(string text, params string[] records) => Assert.That(Records(text), Is.EqualTo(records));

    [TestCase("a,\"b\nc\nd", "1! the quotes of a field are not closed")]
    [TestCase("a\"b,c\nd", "1! quotes inside of a field; put the whole field in quotes and double those inside", "2: d")]
    [TestCase("\"a\"b,c\nd", "1! quotes inside of a field; put the whole field in quotes and double those inside", "2: d")]
    [TestCase("\"a\" \"b\",c\nd", "1! quotes inside of a field; put the whole field in quotes and double those inside", "2: d")]
    public void Read_WhatIsNoCsv_IsAProblemOfItsRecord(string text, params string[] records) => Assert.That(Records(text), Is.EqualTo(records));

    [TestCase(",")]
    [TestCase("a")]
    [TestCase("\"a")]
    [TestCase("a\"")]
    public void Read_ARecordWithoutAnEnd_TakesNoMemory(string part)
    {
        string text = string.Concat(Enumerable.Repeat(part, 5_000_000 / part.Length)) + "\nb,c";
        long before = GC.GetAllocatedBytesForCurrentThread();
        string[] records = Records(text);
        Assert.Multiple(() =>
        {
            Assert.That(records[0], Does.StartWith("1!"));
            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(8 << 20));
        });
    }

    private static string[] Records(string text) => [.. new CsvReader(new StringReader(text)).Read()
        .Select(record => record.Problem is { } problem ? $"{record.Line}! {problem}" : $"{record.Line}: {string.Join('|', record.Fields)}")];
}
