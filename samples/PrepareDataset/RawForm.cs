namespace UcfActionRecognition.Samples.Prepare;

/// <summary>The frames' own bytes.</summary>
internal sealed class RawForm : StoredForm
{
    public override string Folder => Ucf101.Hdf5Folder;

    public override string Name => "raw HDF5";

    public override double EstimateBytes(AviHeader video) => 3.0 * video.Frames * video.Size.Height * video.Size.Width;

    public override int Write(string path, VideoReader video) => Hdf5VideoWriter.Write(path, video, ConsoleProgram.Cancellation);

    public override FrameComparison CreateComparison(FrameSize decoded) => new Equality(decoded);

    private sealed class Equality(FrameSize size) : FrameComparison
    {
        public override FrameSize StoredSize => size;

        public override string? Compare(ReadOnlySpan<byte> decoded, ReadOnlySpan<byte> stored) =>
            decoded.SequenceEqual(stored) ? null : "is not that of the video";
    }
}
