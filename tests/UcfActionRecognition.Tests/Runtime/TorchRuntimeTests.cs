using TorchSharp;

namespace UcfActionRecognition.Tests;

public sealed class TorchRuntimeTests
{
    [Test]
    public void Load_OnThisMachine_TensorsWork()
    {
        TorchRuntime.Load();
        TorchRuntime.Load();

        using var sum = torch.arange(5).sum();

        Assert.That(sum.ToInt64(), Is.EqualTo(10));
    }
}
