using System.Text.Json;

namespace UcfActionRecognition.Benchmarks;

/// <summary>Prints what was measured as one line of JSON, for scripts.</summary>
internal static class JsonLine
{
    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static void Print(object measured) => Console.WriteLine(JsonSerializer.Serialize(measured, SnakeCase));
}
