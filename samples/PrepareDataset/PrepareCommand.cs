using System.CommandLine;

namespace UcfActionRecognition.Samples.Prepare;

/// <summary>The command line: <c>--data ROOT [--output ROOT] [--classes A,B] [--split N] [--verify]</c>.</summary>
internal static class PrepareCommand
{
    private static readonly Option<string> Data = new("--data")
    {
        Description = "Root that holds UCF-101/, one folder of AVI files per class.",
        Required = true,
    };

    private static readonly Option<string?> Output = new("--output")
    {
        Description = "Root that receives UCF-101-hdf5/. Default: the one of --data. The split lists are copied along.",
    };

    private static readonly Option<int?> Split = new("--split")
    {
        Description = "Convert only the videos that this split's lists name: 1, 2 or 3. Default: every video.",
    };

    private static readonly Option<int> Workers = new("--workers")
    {
        Description = "Videos converted at the same time.",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    private static readonly Option<bool> Verify = new("--verify")
    {
        Description = "Convert nothing: decode every video again, compare it with its HDF5 file byte by byte, and report missing, broken and short files.",
    };

    public static RootCommand Create()
    {
        var root = new RootCommand(
            "Decodes the AVI files of UCF-101 into HDF5 files, which training reads without decoding. Run it again to go on where it stopped.")
        {
            Data, Output, Split, Workers, Verify,
        };
        ClassesOption.AddTo(root);
        root.SetAction(parsed =>
        {
            string data = parsed.GetValue(Data)!;
            var job = new PrepareJob(
                data, parsed.GetValue(Output) ?? data, ClassesOption.Get(parsed), parsed.GetValue(Split), Math.Max(1, parsed.GetValue(Workers)));
            return (parsed.GetValue(Verify) ? job.Verify() : job.Convert()) ? 0 : 1;
        });
        return root;
    }
}
