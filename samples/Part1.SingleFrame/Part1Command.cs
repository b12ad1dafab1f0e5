using System.CommandLine;
using UcfActionRecognition.Samples.Assignment;

namespace UcfActionRecognition.Samples.Part1;

/// <summary>Part 1: single frames.</summary>
internal sealed class Part1Command() : AssignmentCommand(
    depths: "18, 34, 50, 101 or 152", keys: "torchvision", example: "resnet50", unit: "frame", batchSize: Recipe.SingleFrame.Assignment.Loading.BatchSize, output: "output/part1")
{
    protected override IReadOnlyList<Option> OwnOptions => [];

    protected override IReadOnlyList<Recipe> Recipes => [Recipe.SingleFrame.Assignment, Recipe.SingleFrame.Recommended];

    protected override AssignmentOptions WithOwnOptions(AssignmentOptions options, ParseResult parsed) => options;
}
