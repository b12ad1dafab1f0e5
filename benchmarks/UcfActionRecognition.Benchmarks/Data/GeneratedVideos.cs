using System.Diagnostics;
using PureHDF;
using PureHDF.Filters;
using PureHDF.VOL.Native;

namespace UcfActionRecognition.Benchmarks;

/// <summary>Writes generated videos in the layout of UCF-101, with the lists of split 1: the same videos in any form.</summary>
/// <param name="root">The folder that receives a folder for each form and <c>ucfTrainTestlist/</c>.</param>
/// <param name="videos">How many.</param>
/// <param name="frames">Frames of each.</param>
/// <param name="size">Size of the frames.</param>
internal sealed class GeneratedVideos(string root, int videos, int frames, FrameSize size)
{
    // As in UCF-101: 101 classes of 25 groups, and split 1 tests on groups 1 to 7.
    private const int MostClasses = 101;
    private const int Groups = 25;
    private const int TestGroups = 7;

    private const string Marker = "generated.txt";

    private readonly int _classes = Math.Clamp(videos / Groups, 1, MostClasses);

    /// <summary>Whether a root's videos were generated.</summary>
    public static bool IsAt(string root) => File.Exists(Path.Combine(root, Marker));

    /// <summary>Writes the videos in one form.</summary>
    /// <param name="folder">A name of <see cref="VideoFolders"/>.</param>
    public void Write(string folder)
    {
        WriteLists();
        Action<string, byte[]> write = folder switch
        {
            VideoFolders.Raw => (path, rgb) => Hdf5VideoWriter.Write(path + ".hdf5", size.Height, size.Width, rgb),
            VideoFolders.FrameChunks => (path, rgb) => WriteChunked(path, rgb, [1, (uint)size.Height, (uint)size.Width, 3]),
            VideoFolders.H5pyChunks => (path, rgb) => WriteChunked(path, rgb, H5pyChunk()),
            VideoFolders.Compact => WriteCompact,
            VideoFolders.Avi => WriteAvi,
            _ => throw new ArgumentException($"'{folder}' is none of the forms that can be generated.", nameof(folder)),
        };
        foreach (string className in Enumerable.Range(0, _classes).Select(ClassName))
        {
            Directory.CreateDirectory(Path.Combine(root, folder, className));
        }

        Parallel.For(0, videos, video => write(Path.Combine(root, folder, Name(video)), new MovingPicture(size, video).Draw(frames)));
    }

    private void WriteLists()
    {
        string lists = Path.Combine(root, Ucf101.ListFolder);
        if (Directory.Exists(lists))
        {
            return;
        }

        Directory.CreateDirectory(lists);
        File.WriteAllText(Path.Combine(root, Marker), $"{videos} generated videos of {frames} frames of {size}, for benchmarks. The folder can be deleted.\n");
        ILookup<bool, int> sides = Enumerable.Range(0, videos).ToLookup(video => Group(video) <= TestGroups);
        File.WriteAllLines(Path.Combine(lists, "classInd.txt"), Enumerable.Range(0, _classes).Select(label => $"{label + 1} {ClassName(label)}"));
        File.WriteAllLines(Path.Combine(lists, "trainlist01.txt"), sides[false].Select(video => $"{Name(video)}.avi {video % _classes + 1}"));
        File.WriteAllLines(Path.Combine(lists, "testlist01.txt"), sides[true].Select(video => $"{Name(video)}.avi"));
    }

    private static string ClassName(int label) => $"Class{label + 1:D3}";

    private int Group(int video) => video / _classes % Groups + 1;

    private string Name(int video)
    {
        string className = ClassName(video % _classes);
        return $"{className}/v_{className}_g{Group(video):D2}_c{video / _classes / Groups + 1:D2}";
    }

    // What h5py's guess comes to for videos of 160 frames and more: [20, 30, 80, 1]; smaller videos take what fits.
    private uint[] H5pyChunk() => [(uint)Math.Min(20, frames), (uint)Math.Min(30, size.Height), (uint)Math.Min(80, size.Width), 1];

    private void WriteChunked(string path, byte[] rgb, uint[] chunks)
    {
        var options = new H5DatasetCreation(Filters: [new H5Filter(DeflateFilter.Id, new() { [DeflateFilter.COMPRESSION_LEVEL] = 1 })]);
        var dataset = new H5Dataset(
            rgb, chunks: chunks, fileDims: [(ulong)frames, (ulong)size.Height, (ulong)size.Width, 3], datasetCreation: options);
        new H5File { ["video"] = dataset }.Write(path + ".hdf5");
    }

    private void WriteCompact(string path, byte[] rgb)
    {
        using var video = new FramesInMemory(size, rgb);
        CompactVideoWriter.Write(path + ".hdf5", video);
    }

    // As UCF-101's own files: MPEG-4 with no B frames, key frames far apart.
    private void WriteAvi(string path, byte[] rgb)
    {
        string[] arguments =
        [
            "-hide_banner", "-loglevel", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", $"{size.Width}x{size.Height}", "-r", "25", "-i", "-",
            "-c:v", "mpeg4", "-vtag", "XVID", "-q:v", "6", "-g", "300", "-pix_fmt", "yuv420p", path + ".avi",
        ];
        using var ffmpeg = Process.Start(new ProcessStartInfo("ffmpeg", arguments) { RedirectStandardInput = true })!;
        ffmpeg.StandardInput.BaseStream.Write(rgb);
        ffmpeg.StandardInput.Close();
        ffmpeg.WaitForExit();
        if (ffmpeg.ExitCode != 0)
        {
            throw new IOException($"ffmpeg could not write '{path}.avi'.");
        }
    }
}
