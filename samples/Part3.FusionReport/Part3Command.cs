using System.CommandLine;
using System.Globalization;

namespace UcfActionRecognition.Samples.Part3;

/// <summary>The command line of Part 3.</summary>
internal static class Part3Command
{
    private static readonly Option<string> Data = new("--data")
    {
        Description = "Root that holds ucfTrainTestlist/ and UCF-101-hdf5/ or UCF-101/ (AVI), as for Parts 1 and 2.",
        Required = true,
    };

    private static readonly Option<string> Single = new("--single")
    {
        Description = "Folder of the single-frame model's predictions, UCF-101-predictions/ of Part 1's output.",
        Required = true,
    };

    private static readonly Option<string> Sequence = new("--sequence")
    {
        Description = "Folder of the sequence model's predictions, UCF-101-predictions/ of Part 2's output.",
        Required = true,
    };

    private static readonly Option<string> Output = new("--output")
    {
        Description = "Folder for the report, its figures, the combined predictions, the matrices and the summary.",
        DefaultValueFactory = _ => "output/part3",
    };

    private static readonly Option<string> Weight = new("--weight")
    {
        Description = "Weight of the single-frame model, 0 to 1; or auto: searched on the groups that both models were trained without; where there are none, one half.",
        DefaultValueFactory = _ => "auto",
    };

    private static readonly Option<int?> HeldOut = new("--held-out")
    {
        Description = "Groups of each class that both models were trained without, to search the weight on; 0 for no search. Default: those that the runs' summary.json or "
            + "checkpoints beside the predictions name. Where the runs name none, the last groups, which --hold-out-groups of Parts 1 and 2 takes.",
    };

    private static readonly Option<FusionRule> Rule = new("--rule")
    {
        Description = "What is averaged: LogProbabilities or Probabilities.",
    };

    private static readonly Option<int> Split = new("--split")
    {
        Description = "Official split: 1, 2 or 3.",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<VideoFormat> Source = new("--source")
    {
        Description = "Form of the videos: hdf5 (raw frames), compact or avi. auto: the first of these that is there.",
    };

    private static readonly Option<string?> Date = new("--date")
    {
        Description = "The report's date, such as 2026-01-31. Default: today.",
    };

    public static RootCommand Create()
    {
        var root = new RootCommand("Part 3: compares and combines the predictions of Parts 1 and 2 and writes the report, as PDF and as HTML.");
        foreach (Option option in new Option[] { Data, Single, Sequence, Output, Weight, HeldOut, Rule, Split, Source, Date })
        {
            root.Add(option);
        }

        ClassesOption.AddTo(root);
        root.SetAction(parsed =>
        {
            new Part3Run(Parse(parsed)).Run();
            return 0;
        });
        return root;
    }

    private static Part3Options Parse(ParseResult parsed) => new()
    {
        Data = parsed.GetValue(Data)!,
        Single = parsed.GetValue(Single)!,
        Sequence = parsed.GetValue(Sequence)!,
        Output = parsed.GetValue(Output)!,
        Weight = ParseWeight(parsed.GetValue(Weight)!),
        HeldOut = parsed.GetValue(HeldOut) is < 0 ? throw new ArgumentException("--held-out is 0 or more.") : parsed.GetValue(HeldOut),
        Rule = parsed.GetValue(Rule),
        Split = parsed.GetValue(Split),
        Format = parsed.GetValue(Source),
        Classes = ClassesOption.Get(parsed),
        Date = ParseDate(parsed.GetValue(Date)),
    };

    private static double? ParseWeight(string text)
    {
        if (text == "auto")
        {
            return null;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double weight) && weight is >= 0 and <= 1
            ? weight
            : throw new ArgumentException($"--weight is auto or a number from 0 to 1, not '{text}'.");
    }

    private static DateOnly ParseDate(string? text)
    {
        if (text is null)
        {
            return DateOnly.FromDateTime(DateTime.Today);
        }

        return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date)
            ? date
            : throw new ArgumentException($"--date is a day such as 2026-01-31, not '{text}'.");
    }
}
