namespace UcfActionRecognition;

/// <summary>What the formats before 1.6 say of the machine that wrote the file.</summary>
internal static class PyTorchSystem
{
    /// <exception cref="FormatException">The machine was not little-endian, or it is not said.</exception>
    public static void CheckLittleEndian(object? system)
    {
        if (!Says(system, "little_endian", true))
        {
            throw new FormatException(
                "it does not say that it is little-endian. If it is from a big-endian machine, load it there in Python and save it with "
                + "PyTorch 1.6 or later on a little-endian one.");
        }
    }

    public static bool Says(object? system, string key, object value) =>
        system is PickleDictionary { Entries: var entries }
        && entries.Any(entry => entry.Key is string name && name == key && value.Equals(entry.Value));
}
