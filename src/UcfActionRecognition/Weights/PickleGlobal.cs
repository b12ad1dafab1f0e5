namespace UcfActionRecognition;

/// <summary>A name that a pickle may ask for, and what calling it gives; nothing of the name itself is ever looked up or run.</summary>
/// <param name="name">Module and name, as Python writes them.</param>
/// <param name="call">What a call with these arguments gives; null where the name cannot be called.</param>
/// <param name="make">What stands for an object that is made without a call (NEWOBJ); null where the name makes none.</param>
internal class PickleGlobal(string name, Func<PickleReader, PickleTuple, object?>? call = null, Func<PickleTuple, object>? make = null)
{
    public string Name => name;

    /// <exception cref="FormatException">It cannot be called, or not with these arguments.</exception>
    public object? Call(PickleReader reader, PickleTuple arguments) =>
        call is not null ? call(reader, arguments) : throw new FormatException($"'{name}' is called, which is not allowed.");

    /// <exception cref="FormatException">It makes no objects, or not of these arguments.</exception>
    public object Make(PickleTuple arguments) =>
        make is not null ? make(arguments) : throw new FormatException($"an object of '{name}' is made, which is not allowed.");
}
