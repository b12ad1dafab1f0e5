namespace UcfActionRecognition.Tests;

/// <summary>
/// Tests that would make the suite take longer than ten minutes: explicit, of one category, and run by it:
/// <c>dotnet test -c Release --filter TestCategory=LongForm</c>. Explicit tests run only where a filter matches no others, so their names alone do not
/// do; <c>"TestCategory=LongForm&amp;FullyQualifiedName~TimeChunk"</c> runs some of them.
/// </summary>
internal static class LongForm
{
    public const string Category = "LongForm";

    public const string Reason = "Takes long; run it by its category after a change to what it tests.";
}
