namespace UcfActionRecognition.Tests.Datasets;

public class ActionDatasetTests
{
    // Three groups of Still and two of Moving, two clips each, not in order.
    private static readonly LabeledVideo[] Train =
        [.. new[] { "Still/g10", "Moving/g09", "Still/g09", "Moving/g25", "Still/g11" }.SelectMany(group => new[] { Clip(group, 1), Clip(group, 2) })];

    private static readonly ActionDataset Data = new("UCF-101 split 1", ["Still", "Moving"], Train, [new("t", 0, "Still/g01")]);

    [Test]
    public void HoldOut_TakesTheLastGroupsOfEachClassOutOfTraining()
    {
        ActionDataset rest = Data.HoldOut(1);
        Assert.Multiple(() =>
        {
            Assert.That(rest.HeldOut, Is.EqualTo(Train[6..]));
            Assert.That(rest.Train, Is.EqualTo(Train[..6]));
            Assert.That((rest.Name, rest.Test), Is.EqualTo((Data.Name, Data.Test)));
        });
    }

    [Test]
    public void HoldOut_None_ChangesNothing()
    {
        ActionDataset rest = Data.HoldOut(0);
        Assert.That((rest.HeldOut.Count, rest.Train), Is.EqualTo((0, Train)));
    }

    [TestCase(2, "'Moving' has 2 groups of training videos; at most 1 can be held out.")]
    [TestCase(-1, "must be a non-negative value")]
    public void HoldOut_NumberThatIsNone_Throws(int groups, string message) =>
        Assert.That(() => Data.HoldOut(groups), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains(message));

    [Test]
    public void HoldOut_Twice_Throws() =>
        Assert.That(() => Data.HoldOut(1).HoldOut(1), Throws.InvalidOperationException.With.Message.Contains("4 videos of UCF-101 split 1 are held out already"));

    private static LabeledVideo Clip(string group, int clip) => new($"{group}_c0{clip}", group.StartsWith("Still", StringComparison.Ordinal) ? 0 : 1, group);
}
