namespace UcfActionRecognition;

/// <summary>A part of a storage, or all of it. Offset and length count elements.</summary>
internal sealed record PyTorchStorageView(PyTorchStorage Storage, long Offset, long Elements);
