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

    [Test]
    public void HoldOut_WithASeed_TakesWholeGroupsOfEachClass([Range(0, 4)] long seed)
    {
        ActionDataset rest = Data.HoldOut(1, seed);
        Assert.Multiple(() =>
        {
            Assert.That(rest.HeldOut.Select(video => video.Label), Is.EquivalentTo(new[] { 0, 0, 1, 1 }));
            Assert.That(rest.HeldOut.Select(video => video.Group).Distinct().Count(), Is.EqualTo(2), "both clips of a group go together");
            Assert.That(rest.Train.Concat(rest.HeldOut), Is.EquivalentTo(Train));
            Assert.That(rest.CheckGroups, Throws.Nothing);
        });
    }

    [Test]
    public void HoldOut_WithASeed_DrawsTheSameEverywhereWhateverTheOrder()
    {
        // Written down: another draw would hold out other videos than those that settings were chosen on.
        string[][] drawn = [.. Enumerable.Range(0, 4).Select(seed => Groups(Data.HoldOut(1, seed)))];
        ActionDataset reversed = Data with { Train = [.. Train.Reverse()] };
        Assert.Multiple(() =>
        {
            Assert.That(drawn.Select(groups => string.Join(' ', groups)), Is.EqualTo(new[]
            {
                "Moving/g09 Still/g11", "Moving/g09 Still/g10", "Moving/g25 Still/g11", "Moving/g09 Still/g11",
            }));
            Assert.That(Enumerable.Range(0, 4).Select(seed => Groups(reversed.HoldOut(1, seed))), Is.EqualTo(drawn));
        });

        static string[] Groups(ActionDataset data) => [.. data.HeldOut.Select(video => video.Group).Distinct().Order(StringComparer.Ordinal)];
    }

    [TestCase(2, "'Moving' has 2 groups of training videos; at most 1 can be held out.")]
    [TestCase(-1, "must be a non-negative value")]
    public void HoldOut_WithASeed_NumberThatIsNone_Throws(int groups, string message) =>
        Assert.That(() => Data.HoldOut(groups, seed: 1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains(message));

    [Test]
    public void HoldOut_ARecordingOfTwoClasses_GoesWithAllItsVideos()
    {
        LabeledVideo[] videos = [new("a1", 0, "film1"), new("a2", 0, "film3"), new("b1", 1, "film1"), new("b2", 1, "film2"), new("b3", 1, "film3")];
        ActionDataset rest = new ActionDataset("films", ["a", "b"], videos, []).HoldOut(1);
        Assert.That(rest.HeldOut.Select(video => video.Name), Is.EqualTo(new[] { "a2", "b3" }));
    }

    [Test]
    public void HoldOut_ARecordingOfTwoClassesThatIsTheLastOfOne_Throws()
    {
        LabeledVideo[] videos = [new("a1", 0, "film1"), new("a2", 0, "film3"), new("b1", 1, "film0"), new("b2", 1, "film3"), new("c1", 2, "film0"), new("c2", 2, "film1")];
        var data = new ActionDataset("films", ["a", "b", "c"], videos, []);
        Assert.That(() => data.HoldOut(1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith(
            "'a' would have no training video left: its groups are held out for other classes too. Hold out fewer."));
    }

    [Test]
    public void CheckGroups_TwoSidesThatShareAGroup_SaysWhich()
    {
        LabeledVideo one = Clip("Still/g01", 1);
        LabeledVideo other = Clip("Still/g01", 2);
        var apart = new ActionDataset("films", ["Still"], [one], []);
        Assert.Multiple(() =>
        {
            Assert.That(apart.CheckGroups, Throws.Nothing);
            Assert.That((apart with { Test = [other] }).CheckGroups, Refusal("the training side of films", "its test side"));
            Assert.That((apart with { HeldOut = [other] }).CheckGroups, Refusal("the training side of films", "its held-out videos"));
            Assert.That((apart with { Train = [], HeldOut = [one], Test = [other] }).CheckGroups, Refusal("the held-out videos of films", "its test side"));
        });

        static NUnit.Framework.Constraints.IResolveConstraint Refusal(string first, string second) => Throws.TypeOf<DatasetFormatException>().With.Message
            .StartsWith($"1 group is both in {first} and in {second}: 'Still/g01' ('Still/g01_c01' and 'Still/g01_c02').");
    }

    private static LabeledVideo Clip(string group, int clip) => new($"{group}_c0{clip}", group.StartsWith("Still", StringComparison.Ordinal) ? 0 : 1, group);
}
