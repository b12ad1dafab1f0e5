namespace UcfActionRecognition.Tests;

/// <summary>Tests that would make the suite take longer than ten minutes: explicit, run by <c>--filter</c> with their names.</summary>
internal static class LongForm
{
    public const string Reason = "Takes long; run it by its name after a change to what it tests.";
}
