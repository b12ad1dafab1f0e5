using System.CommandLine;

namespace UcfActionRecognition.Samples.Prepare;

/// <summary>The command line: <c>--data ROOT [--output ROOT] [--format raw|compact] [--classes A,B] [--split N] [--shard I/N] [--verify]</c>.</summary>
internal static class PrepareCommand
{
    private static readonly Option<string> Data = new("--data")
    {
        Description = "Root that holds UCF-101/, one folder of AVI files per class.",
        Required = true,
    };

    private static readonly Option<string?> Output = new("--output")
    {
        Description = "Root that receives UCF-101-hdf5/ or UCF-101-compact/. Default: the one of --data. The split lists are copied along.",
    };

    private static readonly Option<string> Format = new("--format")
    {
        Description = "raw: the frames' own bytes, 572 GB for all of UCF-101. compact: JPEG frames, a sixteenth of that with little loss, read a little slower.",
        DefaultValueFactory = _ => "raw",
    };

    private static readonly Option<int?> Quality = new("--quality")
    {
        Description = "JPEG quality of compact files, 1 to 100. Default: 90.",
    };

    private static readonly Option<int?> ShortSide = new("--short-side")
    {
        Description = "Shorter side, in pixels, that the frames of compact files are resized to: 128 for networks of 112 x 112. Default: as in the video.",
    };

    private static readonly Option<int?> Split = new("--split")
    {
        Description = "Convert only the videos that this split's lists name: 1, 2 or 3. Default: every video.",
    };

    private static readonly Option<string?> ShardName = ShardOption.Create(
        "Only a part of the videos, while other processes convert or verify the others of the same --output. Run it without afterwards: it counts what all "
        + "parts left as kept from before, and converts what a lost part did not.");

    private static readonly Option<int> Workers = new("--workers")
    {
        Description = "Videos converted at the same time.",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    private static readonly Option<bool> Verify = new("--verify")
    {
        Description = "Convert nothing: decode every video again, compare it with its HDF5 file (raw: byte by byte, compact: by its PSNR), and report missing, broken and short files.",
    };

    public static RootCommand Create()
    {
        var root = new RootCommand(
            "Decodes the AVI files of UCF-101 into HDF5 files, which training reads without decoding. Run it again to go on where it stopped.")
        {
            Data, Output, Format, Quality, ShortSide, Split, ShardName, Workers, Verify,
        };
        ClassesOption.AddTo(root);
        root.SetAction(parsed =>
        {
            string data = parsed.GetValue(Data)!;
            var job = new PrepareJob(
                data, parsed.GetValue(Output) ?? data, GetForm(parsed), ClassesOption.Get(parsed), parsed.GetValue(Split),
                ShardOption.Get(parsed, ShardName) ?? Shard.Whole, Math.Max(1, parsed.GetValue(Workers)));
            return (parsed.GetValue(Verify) ? job.Verify() : job.Convert()) ? 0 : 1;
        });
        Format.AcceptOnlyFromAmong("raw", "compact");
        return root;
    }

    private static StoredForm GetForm(ParseResult parsed)
    {
        (int? quality, int? shortSide) = (parsed.GetValue(Quality), parsed.GetValue(ShortSide));
        if (parsed.GetValue(Format) == "compact")
        {
            return new CompactForm(quality, shortSide);
        }

        return quality is null && shortSide is null
            ? new RawForm()
            : throw new ArgumentException("--quality and --short-side belong to --format compact; raw frames are stored as they are.");
    }
}
