using TorchSharp;

namespace UcfActionRecognition;

/// <summary>A class of storages, <c>torch.FloatStorage</c> for example; on the GPU it was of <c>torch.cuda</c> once.</summary>
internal sealed class PyTorchStorageType(string name, torch.ScalarType type, int elementBytes) : PickleGlobal(name)
{
    public torch.ScalarType Type => type;

    public int ElementBytes => elementBytes;
}
