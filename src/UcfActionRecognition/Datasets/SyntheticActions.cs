using System.Text;

namespace UcfActionRecognition;

/// <summary>
/// Makes a small data set in the shape of UCF-101 (class folders, 25 groups, three splits, HDF5 files) to try things on without a
/// download. The same options give the same bytes.
/// </summary>
/// <remarks>
/// Eight classes. Six come in pairs that play the same scene forwards and backwards: <c>CircleAppear</c>/<c>CircleVanish</c>,
/// <c>SquareGrow</c>/<c>SquareShrink</c>, <c>TriangleRise</c>/<c>TriangleFall</c>. Any one frame of such a pair says nothing about
/// which of the two it is, so a model of single frames cannot do better than 62.5 % on average (two classes right, six at one half), while
/// the order of the frames tells all. No pair is the mirror image of the other, so horizontal flips keep the labels true.
/// </remarks>
public static class SyntheticActions
{
    private const int Groups = 25;

    // As in UCF-101: split 1 tests on groups 1 to 7, split 2 on 8 to 14, split 3 on 15 to 21.
    private const int TestGroups = 7;

    /// <summary>The classes, in the order of their labels.</summary>
    public static IReadOnlyList<string> Classes { get; } =
        ["CircleAppear", "CircleVanish", "CrossBlink", "RingStill", "SquareGrow", "SquareShrink", "TriangleFall", "TriangleRise"];

    /// <summary>The pairs of classes that only motion tells apart.</summary>
    public static IReadOnlyList<(string Forwards, string Backwards)> MotionPairs { get; } =
        [("CircleAppear", "CircleVanish"), ("SquareGrow", "SquareShrink"), ("TriangleRise", "TriangleFall")];

    /// <summary>Writes the data set; <see cref="Ucf101.Load(string, int, Ucf101Options)"/> loads it.</summary>
    /// <param name="root">The folder that receives <c>ucfTrainTestlist/</c> and <c>UCF-101-hdf5/</c>; files of the same names are replaced.</param>
    /// <param name="options">Its size.</param>
    /// <param name="cancel">Ends the writing early.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="ActionRecognitionException">A file cannot be written: the disk is full, or the folder may not be written to.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public static void Create(string root, SyntheticActionsOptions? options = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(root);
        options ??= new SyntheticActionsOptions();
        options.Validate();
        WriteLists(Path.Combine(root, Ucf101.ListFolder), options);
        for (int label = 0; label < Classes.Count; label++)
        {
            for (int group = 1; group <= Groups; group++)
            {
                for (int clip = 1; clip <= options.ClipsPerGroup; clip++)
                {
                    cancel.ThrowIfCancellationRequested();
                    var scene = new SyntheticScene(Classes[label], options, group, clip);
                    string path = Path.Combine(root, Ucf101.Hdf5Folder, VideoName(label, group, clip) + ".hdf5");
                    Hdf5VideoWriter.Write(path, options.FrameSize.Height, options.FrameSize.Width, scene.Draw());
                }
            }
        }
    }

    private static void WriteLists(string folder, SyntheticActionsOptions options)
    {
        WriteText(Path.Combine(folder, "classInd.txt"), Classes.Select((name, label) => $"{label + 1} {name}"));
        for (int split = 1; split <= 3; split++)
        {
            int firstTest = (split - 1) * TestGroups + 1;
            var names = (
                from label in Enumerable.Range(0, Classes.Count)
                from @group in Enumerable.Range(1, Groups)
                from clip in Enumerable.Range(1, options.ClipsPerGroup)
                select (Line: VideoName(label, @group, clip) + ".avi", Label: label, IsTest: @group >= firstTest && @group < firstTest + TestGroups))
                .ToArray();
            WriteText(Path.Combine(folder, $"trainlist0{split}.txt"), names.Where(v => !v.IsTest).Select(v => $"{v.Line} {v.Label + 1}"));
            WriteText(Path.Combine(folder, $"testlist0{split}.txt"), names.Where(v => v.IsTest).Select(v => v.Line));
        }
    }

    private static string VideoName(int label, int group, int clip) => $"{Classes[label]}/v_{Classes[label]}_g{group:D2}_c{clip:D2}";

    private static void WriteText(string path, IEnumerable<string> lines) =>
        OutputFile.Write(path, temporary => File.WriteAllText(temporary, string.Concat(lines.Select(line => line + "\n")), Encoding.ASCII));
}
