namespace UcfActionRecognition.Samples.Prepare;

/// <summary>A form in which the decoded frames are stored: where, how, how large, and how they are checked.</summary>
internal abstract class StoredForm
{
    /// <summary>The folder below the output root.</summary>
    public abstract string Folder { get; }

    /// <summary>What the files are called in messages.</summary>
    public abstract string Name { get; }

    /// <summary>What helps against a file that is wrong.</summary>
    public const string Advice = "Delete the file and convert again.";

    /// <summary>Refuses a folder that holds another form.</summary>
    /// <param name="folder">The folder; it may be missing.</param>
    /// <param name="converts">Whether files are going to be added.</param>
    public virtual void CheckFolder(string folder, bool converts)
    {
    }

    /// <summary>Notes in the folder what it is going to hold.</summary>
    public virtual void MarkFolder(string folder)
    {
    }

    /// <summary>Takes the note back where no video came: an empty folder would hide the AVI files.</summary>
    public virtual void UnmarkEmptyFolder(string folder)
    {
    }

    /// <summary>About how many bytes a video takes.</summary>
    public abstract double EstimateBytes(AviHeader video);

    /// <returns>The number of frames.</returns>
    public abstract int Write(string path, VideoReader video);

    /// <summary>Makes what compares the frames of a video with those stored.</summary>
    public abstract FrameComparison CreateComparison(FrameSize decoded);

    /// <summary>What else the comparisons found; <see langword="null"/> for nothing.</summary>
    public virtual string? Findings => null;
}
