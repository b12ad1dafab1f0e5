using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;

namespace UcfActionRecognition.Tests.Fuzzing;

/// <summary>Headers of checkpoints whose metadata is nearly right.</summary>
internal static class CheckpointMetadata
{
    private static readonly Gen<string> Text = Gen.Frequency(
        (6, Gen.OneOf(
            "", "recording", "resnet18", "resnet152", "resnet3d200", "resnet3d18-shortcut-A",
            "Class0", "\u001b[2J", "\u202E", "\0", "😀", "null", "../../x")), (2, Gen.String[0, 30]),
        (1, Gen.Int[1, 20_000].Select(length => new string('x', length))));

    private static readonly Gen<string> Number = Gen.Frequency(
        (6, Gen.OneOf("0", "1", "-1", "8", "255", "2147483647", "2147483648", "9223372036854775808", "1e999", "-1e400", "1e-400", "0.1", "NaN", "\"1\"", "01", "null")),
        (1, Gen.Int.Select(value => $"{value}")));

    private static readonly Gen<string> Json = Gen.Recursive<string>((depth, inner) => depth > 6 ? Gen.Const("0") : Gen.Frequency(
        (3, Number),
        (3, Text.Select(Quoted)),
        (1, Gen.OneOf("null", "true", "{", "[", "\"", "\"\\ud800\"", "{\"a\":1,\"a\":2}", new string('[', 2000))),
        (2, inner.Array[0, 4].Select(items => $"[{string.Join(',', items)}]")),
        (2, Gen.Select(Text, inner).Array[0, 4].Select(items => $"{{{string.Join(',', items.Select(item => $"{Quoted(item.Item1)}:{item.Item2}"))}}}"))));

    private static readonly Gen<string> Rgb = from values in Number.Array[3] select $"{{\"r\":{values[0]},\"g\":{values[1]},\"b\":{values[2]}}}";

    private static readonly Gen<string> Classes = Gen.Frequency(
        (4, Text.Array[0, 6].Select(names => JsonSerializer.Serialize(names))),
        (2, Json.Array[0, 4].Select(items => $"[{string.Join(',', items)}]")),
        (1, Gen.Int[1, 30_000].Select(count => JsonSerializer.Serialize(Enumerable.Range(0, count).Select(i => $"c{i}")))));

    /// <summary>For each name of the metadata, values that are nearly right.</summary>
    public static IReadOnlyDictionary<string, Gen<string>> Values { get; } = new Dictionary<string, Gen<string>>
    {
        ["architecture"] = Text,
        ["classes"] = Classes,
        ["input"] = Json,
        ["library_version"] = Text,
        ["model_hash"] = Text,
        ["epoch"] = Gen.Frequency((1, Number), (1, Text)),
        ["training"] = Json,
        ["training_hash"] = Text,
        ["torch_threads"] = Number,
    };

    /// <summary>A header with some of its metadata damaged; the tensors stay.</summary>
    public static byte[] Damage(ReadOnlySpan<byte> header, int number)
    {
        var random = new PCG(1, (ulong)number);
        JsonObject root = JsonNode.Parse(header)!.AsObject();
        JsonObject metadata = root["__metadata__"]!.AsObject();
        string name = Gen.OneOf([.. Values.Keys]).Generate(random, null, out _);
        string good = metadata[name]!.GetValue<string>();
        Gen<string> value = Gen.Frequency((3, Values[name]), (1, Json), (2, Changed(good)));
        metadata[name] = JsonValue.Create(value.Generate(random, null, out _));
        switch (Gen.Int[0, 9].Generate(random, null, out _))
        {
            case 0:
                metadata.Remove(name);
                break;
            case 1:
                metadata[Text.Generate(random, null, out _)] = JsonValue.Create(Text.Generate(random, null, out _));
                break;
            case 2:
                // Metadata that is not text, which the format does not allow.
                return Encoding.UTF8.GetBytes(root.ToJsonString().Replace(JsonSerializer.Serialize(good), Json.Generate(random, null, out _), StringComparison.Ordinal));
        }

        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    /// <summary>JSON of which one value is another: a number, a name, or all between two commas.</summary>
    private static Gen<string> Changed(string good) =>
        from place in Gen.Int[0, good.Length]
        from length in Gen.Int[0, 12]
        from piece in Gen.Frequency((3, Number), (1, Rgb), (1, Json), (1, Gen.OneOf("", "}", "]", ",", "\"", ":")))
        from whole in Gen.Bool
        select whole ? ReplaceNumber(good, place, piece) : good[..place] + piece + good[Math.Min(good.Length, place + length)..];

    private static string ReplaceNumber(string good, int place, string piece)
    {
        int begin = good.AsSpan(place).IndexOfAnyInRange('0', '9') + place;
        if (begin < place)
        {
            return good + piece;
        }

        int end = begin;
        while (end < good.Length && (char.IsAsciiDigit(good[end]) || good[end] == '.'))
        {
            end++;
        }

        return good[..begin] + piece + good[end..];
    }

    private static string Quoted(string text) => JsonSerializer.Serialize(text);
}
