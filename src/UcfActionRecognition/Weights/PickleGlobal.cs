namespace UcfActionRecognition;

/// <summary>A name that a pickle may ask for, and what calling it gives; nothing of the name itself is ever looked up or run.</summary>
/// <param name="name">Module and name, as Python writes them.</param>
/// <param name="call">What a call with these arguments gives; null where the name cannot be called.</param>
internal class PickleGlobal(string name, Func<PickleReader, PickleTuple, object?>? call = null)
{
    public string Name => name;

    /// <exception cref="FormatException">It cannot be called, or not with these arguments.</exception>
    public object? Call(PickleReader reader, PickleTuple arguments) =>
        call is not null ? call(reader, arguments) : throw new FormatException($"'{name}' is called, which is not allowed.");
}
