namespace UcfActionRecognition.Tests.Runtime;

public class MachineTests
{
    [TestCase("processor\t: 0\nmodel name\t: A Processor (R) @ 3: fast \nmodel name\t: another\n", "A Processor (R) @ 3: fast")]
    [TestCase("processor\t: 0\nmodel name\t: \n", null)]
    [TestCase("processor\t: 0\nBogoMIPS\t: 50\n", null)]
    [TestCase("", null)]
    public void NameFrom_AListOfProcessors_IsTheFirstOnes(string list, string? name)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["cpuinfo"], list);
        Assert.That(Machine.NameFrom(folder["cpuinfo"]), Is.EqualTo(name));
    }

    [Test]
    public void NameFrom_AListThatIsNotThere_IsNull() => Assert.That(Machine.NameFrom("/nowhere/cpuinfo"), Is.Null);

    [Test]
    public void Description_NamesProcessorsAndMemory() => Assert.That(Machine.Description, Does.Match(@"^.+, \d+ processors, \d+ GiB of memory$"));
}
