namespace UcfActionRecognition;

/// <summary>
/// What a PyTorch file holds: the pickle's value, and the storages that its tensors are cut from, each with its place in the file.
/// </summary>
internal sealed record PyTorchContents(object? Root, PyTorchStorages Storages);
