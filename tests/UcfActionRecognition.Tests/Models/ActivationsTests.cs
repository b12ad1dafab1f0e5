using TorchSharp;
using static UcfActionRecognition.Tests.Models.TestModels;

namespace UcfActionRecognition.Tests.Models;

public sealed class ActivationsTests : TensorFixture
{
    [TestCase(10, 100, new[] { 10 })]
    [TestCase(10, 10, new[] { 10 })]
    [TestCase(10, 5, new[] { 5, 5 })]
    [TestCase(10, 4, new[] { 4, 4, 2 })]
    [TestCase(10, 3, new[] { 3, 3, 4 })]
    [TestCase(10, 9, new[] { 10 })]
    [TestCase(3, 2, new[] { 3 })]
    [TestCase(4, 2, new[] { 2, 2 })]
    [TestCase(2, 1, new[] { 1, 1 })]
    [TestCase(1, 7, new[] { 1 })]
    public void Of_ABatch_HasPartsOfOneSizeAndNoSingleClipAtTheEnd(int clips, int clipsOfAPart, int[] expected)
    {
        torch.Tensor batch = torch.arange(clips);
        var parts = Activations.Of(batch, clipsOfAPart);

        Assert.That(Enumerable.Range(0, parts.Count).Select(part => (int)parts[part].shape[0]), Is.EqualTo(expected));
        Assert.That(Values(parts.Join()), Is.EqualTo(Values(batch)));
    }

    [Test]
    public void Parts_GoThroughAllLayersOneAfterTheOther()
    {
        var order = new List<string>();
        var parts = Activations.Of(torch.zeros(4), 2).Through(Layer("a")).Through(Layer("b"));

        Assert.That(order, Is.Empty, "nothing is made before it is asked for");
        parts.Join();
        Assert.That(order, Is.EqualTo((string[])["a", "b", "a", "b"]));

        Func<torch.Tensor, torch.Tensor> Layer(string name) => values =>
        {
            order.Add(name);
            return values.clone();
        };
    }

    [Test]
    public void Through_LetsPartsGo_UnlessTheyAreKept([Values] bool keep)
    {
        torch.Tensor? made = null;
        var input = new Activations(1, torch.ScalarType.Float32, _ => made = torch.zeros(2));

        input.Through(values => values.clone(), keep).Take(0);

        Assert.That(made!.IsInvalid, Is.EqualTo(!keep));
    }

    [Test]
    public void APart_ThatWasTaken_IsNotMadeAgain()
    {
        var parts = Activations.Of(torch.zeros(2));
        parts.Take(0);

        Assert.That(() => parts.Take(0), Throws.InvalidOperationException.With.Message.EqualTo("Part 0 was taken before."));
    }

    [Test]
    public void To_ItsOwnType_IsTheSame()
    {
        var parts = Activations.Of(torch.zeros(2));

        Assert.That(parts.To(torch.ScalarType.Float32), Is.SameAs(parts));
        Assert.That(parts.To(torch.ScalarType.BFloat16).Join().dtype, Is.EqualTo(torch.ScalarType.BFloat16));
    }
}
