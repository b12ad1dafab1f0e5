using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace UcfActionRecognition;

/// <summary>
/// The format of torch.save before 0.1.10, of which torchvision's first files are (torch/serialization.py, legacy_load): a tar file of
/// <c>sys_info</c>, <c>pickle</c>, <c>tensors</c> and <c>storages</c>. The pickle names tensors by number, and they their storages.
/// </summary>
internal static class PyTorchTar
{
    /// <summary>The most storages or tensors that are read.</summary>
    public const long MaximumObjects = 200_000;

    private const long Version = 1000;

    /// <summary>Reads everything but the storages' elements.</summary>
    /// <exception cref="FormatException">The file is not as the format says.</exception>
    public static object? Read(SafeFileHandle file, long length)
    {
        IReadOnlyDictionary<string, TarMember> members = TarDirectory.Read(file, length);
        CheckSystem(PickleReader.Read(Open("sys_info"), (_, _) => null));
        Dictionary<string, PyTorchStorageView> storages = PyTorchTarStorages.Read(Open("storages"));
        Dictionary<string, PyTorchTensor> tensors = PyTorchTarTensors.Read(Open("tensors"), storages);
        return PickleReader.Read(Open("pickle"), PyTorchGlobals.Find, id => Resolve(id, tensors));

        PickleStream Open(string name) => members.TryGetValue(name, out TarMember? member)
            ? new PickleStream(file, member.Offset, member.Offset + member.Length)
            : throw new FormatException($"it is a tar file without a member '{name}', and therefore none of torch.save.");
    }

    /// <summary>An object's number as the key that it is found by: text, so that no choice of numbers makes a lookup slow.</summary>
    public static string Key(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>How many records a member begins with.</summary>
    /// <exception cref="FormatException">It does not say, or more than are read.</exception>
    public static long Count(object? value, string what) => value is >= 0L and <= MaximumObjects
        ? (long)value
        : throw new FormatException($"its number of {what} is {value as long?}; from 0 to {MaximumObjects} are read.");

    private static void CheckSystem(object? system)
    {
        if (!PyTorchSystem.Says(system, "protocol_version", Version))
        {
            throw new FormatException($"the version of its format is not {Version}, the only one known of tar files.");
        }

        PyTorchSystem.CheckLittleEndian(system);
    }

    private static PyTorchTensor Resolve(object? id, Dictionary<string, PyTorchTensor> tensors) =>
        id is string key && tensors.TryGetValue(key, out PyTorchTensor? tensor)
            ? tensor
            : throw new FormatException($"a persistent id{(id is string text ? $" '{ErrorText.Shortened(text)}'" : "")} names no tensor.");
}
