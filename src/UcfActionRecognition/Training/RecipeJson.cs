using System.Text.Json;
using System.Text.Json.Serialization;

namespace UcfActionRecognition;

/// <summary>The JSON of recipes. What belongs to a machine or a run (device, workers, folders) is not in it.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(AugmentationPipelineConverter), typeof(TestCropsConverter)])]
[JsonSerializable(typeof(Recipe))]
[JsonSerializable(typeof(IReadOnlyList<IAugmentation>))]
[JsonSerializable(typeof(TestCropsText))]
internal sealed partial class RecipeJson : JsonSerializerContext;

/// <summary>A pipeline as the list of its steps.</summary>
internal sealed class AugmentationPipelineConverter : JsonConverter<AugmentationPipeline>
{
    public override AugmentationPipeline Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        IReadOnlyList<IAugmentation> steps = JsonSerializer.Deserialize(ref reader, RecipeJson.Default.IReadOnlyListIAugmentation)
            ?? throw new JsonException("an augmentation is a list of steps");
        return AugmentationPipeline.Of(steps);
    }

    public override void Write(Utf8JsonWriter writer, AugmentationPipeline value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.Steps, RecipeJson.Default.IReadOnlyListIAugmentation);
}

/// <summary>Test crops by layout and ratio.</summary>
internal sealed class TestCropsConverter : JsonConverter<TestCrops>
{
    public override TestCrops Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        TestCropsText crops = JsonSerializer.Deserialize(ref reader, RecipeJson.Default.TestCropsText) ?? throw new JsonException("crops have a layout");
        return crops.Layout switch
        {
            TestCropLayout.WholeFrame => TestCrops.WholeFrame,
            TestCropLayout.Center => TestCrops.Center(crops.Ratio),
            TestCropLayout.Three => TestCrops.Three,
            TestCropLayout.Ten => TestCrops.Ten(crops.Ratio),
            _ => throw new JsonException($"there are no crops '{crops.Layout}'"),
        };
    }

    public override void Write(Utf8JsonWriter writer, TestCrops value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, new TestCropsText(value.Layout, value.Ratio), RecipeJson.Default.TestCropsText);
}

/// <summary>Test crops in JSON.</summary>
internal sealed record TestCropsText(TestCropLayout Layout, double Ratio = 1);
