using TorchSharp;

namespace UcfActionRecognition.Tests.Models;

/// <summary>
/// Tests that make tensors: each runs in a dispose scope, so that no tensor of an expression like <c>a.cpu().to(b)</c> is finalised while
/// native code reads it (TorchSharp does not keep them alive).
/// </summary>
public abstract class TensorFixture
{
    private DisposeScope? _scope;

    [SetUp]
    public void OpenScope()
    {
        TorchRuntime.Load();
        _scope = torch.NewDisposeScope();
    }

    [TearDown]
    public void CloseScope() => _scope?.Dispose();
}
