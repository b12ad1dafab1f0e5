using System.Text;
using CsCheck;

namespace UcfActionRecognition.Tests.Fuzzing;

/// <summary>UCF-101's lists, damaged by bytes and made of lines that are nearly right: <see cref="Ucf101.Load(string, int, Ucf101Options?)"/>.</summary>
internal sealed class SplitListTarget : FuzzTarget
{
    private static readonly string[] Names = ["classInd.txt", "trainlist01.txt", "testlist01.txt"];
    private static readonly string[] Videos =
    [
        "Zumba/v_Zumba_g08_c01", "Archery/v_Archery_g09_c02", "Archery/v_Archery_g01_c01", "HandstandPushups/v_HandStandPushups_g08_c01",
        "HandstandPushups/v_HandStandPushups_g01_c01",
    ];

    private static readonly byte[][] Good =
    [
        [.. "1 Zumba\r\n2 Archery\r\n3 HandstandPushups\r\n"u8],
        [.. "Zumba/v_Zumba_g08_c01.avi 1\r\nArchery/v_Archery_g09_c02.avi 2\r\nHandStandPushups/v_HandStandPushups_g08_c01.avi 3\r\n"u8],
        [.. "Archery/v_Archery_g01_c01.avi\r\nHandstandPushups/v_HandStandPushups_g01_c01.avi\r\n"u8],
    ];

    private static readonly byte[][] Pieces =
    [
        [.. "\n"u8], [.. "\r\n"u8], [.. "../"u8], [.. "/v_"u8], [.. "_g"u8], [.. "_c"u8], [.. ".avi"u8], [.. "99999999999"u8], [.. "-1"u8],
        [0xEF, 0xBB, 0xBF], [0xFF, 0xFE],
        [0x1B, .. "[2J"u8], [0xE2, 0x80, 0xAE], [0xC3], [.. Enumerable.Repeat((byte)'a', 5000)],
    ];

    private static readonly FileMutatorOptions Vocabulary = new() { Pieces = Pieces, Operations = [.. "0123456789 /._\r\n\tgcv"u8] };

    private static readonly Gen<string> Name = Gen.Frequency(
        (12, Gen.OneOf(
            "Zumba", "Archery", "HandstandPushups", "HandStandPushups", "zumba", "Ärchery", "..", "", "a/b", "A b", "\u202E", "\u001b[2J", "C_g1_c1", "K\u0130")),
        (1, Gen.String[0, 40]), (1, Gen.Int[1, 20_000].Select(length => new string('x', length))));

    private static readonly Gen<string> Number = Gen.Frequency(
        (12, Gen.OneOf("1", "2", "3", "01", "08", "0", "-1", "2147483648", "999999999999999999999", "١", "1.0", "+1", " 1", "")), (1, Gen.String[0, 8]),
        (1, Gen.Int[1, 5000].Select(length => new string('1', length))));

    private static readonly Gen<string> End = Gen.Frequency((8, Gen.Const("\r\n")), (4, Gen.Const("\n")), (1, Gen.OneOf("\r", "\0", "\u2028", "", " \t\n\n")));

    private static readonly Gen<string> Line = Gen.Frequency(
        (4, Gen.Select(Number, Name, (number, name) => $"{number} {name}")),
        (8, Gen.Select(Name, Name, Gen.Bool, Gen.Bool, Number.Array[3], (name, again, same, skip, rest) =>
            $"{name}/v_{(same ? name : again)}_g{rest[0]}_c{rest[1]}.avi{(skip ? "" : " " + rest[2])}")),
        (4, Gen.OneOf(Videos).Select(video => video + ".avi")),
        (1, Gen.String[0, 60]));

    private static readonly Gen<string> List = Gen.Select(Line, End).Array[0, 30].Select(lines => string.Concat(lines.Select(line => line.Item1 + line.Item2)));

    public override int Seeds => 1;

    public override IReadOnlyList<FuzzFile> Make(int number)
    {
        Random random = RandomOf(number);
        byte[][] lists = [.. Good];
        if (number > 0)
        {
            // Mostly one list, so that the others do not end the reading first.
            int which = random.Next(3);
            for (int list = 0; list < lists.Length; list++)
            {
                lists[list] = list == which || random.Next(8) == 0 ? Damaged(number, list, random) : lists[list];
            }
        }

        return
        [
            .. Names.Select((name, list) => new FuzzFile($"{Ucf101.ListFolder}/{name}", lists[list])),
            .. Videos.Select(video => new FuzzFile($"{Ucf101.AviFolder}/{video}.avi", [])),
        ];
    }

    public override void Read(string folder, int number)
    {
        var options = new Ucf101Options { SkipMissing = number % 2 == 1, Classes = number % 5 == 4 ? ["Archery", "Zumba"] : null };
        ActionDataset data = Ucf101.Load(folder, 1, options);
        LabeledVideo[] all = [.. data.Train, .. data.Test];
        Require(data.Classes.Distinct(StringComparer.OrdinalIgnoreCase).Count() == data.Classes.Count, "a class twice");
        Require(all.All(video => video.Label >= 0 && video.Label < data.Classes.Count && video.Group.Length > 0), "a label that is no class");
        Require(all.All(video => Videos.Contains(video.Name)), "a video that is not there");
        Require(all.DistinctBy(video => video.Name).Count() == all.Length, "a video twice");
    }

    public override bool IsDocumented(Exception error) => error is DatasetFormatException;

    private static byte[] Damaged(int number, int list, Random random)
    {
        var structure = new PCG((uint)list, (ulong)number);
        switch (random.Next(3))
        {
            case 0:
                return new FileMutator(Good[list], random, Vocabulary with { Other = Good[random.Next(3)] }).Next();
            case 1:
                return Encoding.UTF8.GetBytes(List.Generate(structure, null, out _));
            default:
                return [.. Good[list], .. Encoding.UTF8.GetBytes(Line.Generate(structure, null, out _))];
        }
    }
}
