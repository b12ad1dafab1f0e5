namespace UcfActionRecognition.Tests.Datasets;

public class GroupGuardTests
{
    [Test]
    public void Check_AGroupOnBothSides_NamesItWithAVideoOfEach() =>
        Assert.That(
            () => GroupGuard.Check("the training side", [Video("YoYo/g01", 1), Video("YoYo/g02", 1)], "the test side", [Video("YoYo/g03", 1), Video("YoYo/g01", 2)]),
            Throws.TypeOf<DatasetFormatException>().With.Message.EqualTo(
                "1 group is both in the training side and in the test side: 'YoYo/g01' ('YoYo/g01_c1' and 'YoYo/g01_c2'). Videos of a group are cut from one recording, "
                + "so a score would count what was learned by heart. Put all videos of a group on one side of the split."));

    [Test]
    public void Check_ManyGroups_NamesFiveInOrderAndCountsTheRest()
    {
        LabeledVideo[] videos = [.. Enumerable.Range(0, 12).Reverse().SelectMany(group => new[] { Video($"g{group:D2}", 1), Video($"g{group:D2}", 2) })];
        string message = Assert.Throws<DatasetFormatException>(() => GroupGuard.Check("a", videos, "b", videos))!.Message;
        Assert.That(message, Does.StartWith("12 groups are both in a and in b: 'g00' ('g00_c1' and 'g00_c1'), 'g01'").And.Contains("'g04_c1') and 7 more. "));
    }

    [Test]
    public void Check_NamesThatDifferInCase_AreTwoGroups() =>
        Assert.That(() => GroupGuard.Check("a", [Video("cartwheel/How_to", 1)], "b", [Video("cartwheel/how_to", 1)]), Throws.Nothing);

    [Test]
    public void Check_AHostileName_IsShownPlainly()
    {
        LabeledVideo[] videos = [Video($"\u001b[2J{new string('x', 10_000)}", 1)];
        string message = Assert.Throws<DatasetFormatException>(() => GroupGuard.Check("a", videos, "b", videos))!.Message;
        Weights.HostileFile.IsPlain(message);
    }

    private static LabeledVideo Video(string group, int clip) => new($"{group}_c{clip}", 0, group);
}
