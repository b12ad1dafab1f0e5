namespace UcfActionRecognition;

/// <summary>
/// A <c>torch.nn.Parameter</c>, as PyTorch 0.1 pickled it: made of its tensor, or of nothing, with the tensor in the state that follows.
/// </summary>
internal sealed class PyTorchParameter : IPickleObject
{
    private PyTorchParameter(PyTorchTensor? tensor)
    {
        Tensor = tensor;
    }

    /// <summary>Its tensor; null as long as it has none.</summary>
    public PyTorchTensor? Tensor { get; private set; }

    /// <summary>What <c>Parameter(tensor)</c> and <c>Parameter.__new__(Parameter)</c> give.</summary>
    /// <exception cref="FormatException">It is made of something else.</exception>
    public static PyTorchParameter Make(PickleTuple arguments) => arguments.Items switch
    {
        [] => new PyTorchParameter(null),
        [PyTorchTensor tensor] => new PyTorchParameter(tensor),
        _ => throw new FormatException("a parameter is made of something else than a tensor."),
    };

    /// <summary>
    /// Takes the tensor of <c>(tensor, gradient, hooks, requires_grad, volatile)</c>. The other state, <c>(requires_grad, volatile, hooks)</c>,
    /// is of no use here.
    /// </summary>
    public void SetState(object? state)
    {
        switch (state)
        {
            case PickleTuple { Items: [bool, bool, null or PickleDictionary] } when Tensor is not null:
                break;
            case PickleTuple { Items: [PyTorchTensor tensor, _, null or PickleDictionary, bool, bool] } when Tensor is null:
                Tensor = tensor;
                break;
            default:
                throw new FormatException("a parameter's state is something else than what PyTorch 0.1 wrote.");
        }
    }
}
