namespace UcfActionRecognition.Tests.Samples;

/// <summary>A root with a few real clips, converted to HDF5 by PrepareDataset.</summary>
internal sealed class RealClipSample : IDisposable
{
    // The shortest clips of two classes, of both sides of split 1.
    private static readonly string[] Clips =
    [
        "Punch/v_Punch_g01_c03", "Punch/v_Punch_g02_c03", "Punch/v_Punch_g10_c03", "Punch/v_Punch_g12_c03",
        "PushUps/v_PushUps_g01_c02", "PushUps/v_PushUps_g16_c04", "PushUps/v_PushUps_g13_c03", "PushUps/v_PushUps_g11_c03",
    ];

    public RealClipSample()
    {
        string root = RealClips.Root;
        ExternalProgram.Require("ffmpeg", "ffmpeg", "-version");
        foreach (string clip in Clips.Where(clip => File.Exists(Path.Combine(root, "UCF-101", clip + ".avi"))))
        {
            Directory.CreateDirectory(Folder[$"UCF-101/{clip.Split('/')[0]}"]);
            File.CreateSymbolicLink(Folder[$"UCF-101/{clip}.avi"], Path.Combine(root, "UCF-101", clip + ".avi"));
        }

        Directory.CreateSymbolicLink(Folder["ucfTrainTestlist"], Path.Combine(root, "ucfTrainTestlist"));
    }

    public TemporaryFolder Folder { get; } = new();

    public void Dispose() => Folder.Dispose();
}
