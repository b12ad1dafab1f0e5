namespace UcfActionRecognition.Benchmarks;

/// <summary>The folders of a benchmark's root: the same videos in the forms that are compared.</summary>
public static class VideoFolders
{
    /// <summary>Contiguous HDF5.</summary>
    public const string Raw = Ucf101.Hdf5Folder;

    /// <summary>HDF5 with gzip, a chunk per frame.</summary>
    public const string FrameChunks = "frame-chunks";

    /// <summary>HDF5 with gzip, chunks of the shape that h5py chooses by itself.</summary>
    public const string H5pyChunks = "h5py-chunks";

    /// <summary>JPEG frames in HDF5.</summary>
    public const string Compact = Ucf101.CompactFolder;

    /// <summary>AVI.</summary>
    public const string Avi = Ucf101.AviFolder;

    /// <summary>
    /// The root that the environment variable UCF_BENCHMARK_FOLDER names: a user's own, or one that receives generated videos and keeps them.
    /// Without the variable a temporary one, which the benchmark deletes.
    /// </summary>
    public static string FindRoot() =>
        Environment.GetEnvironmentVariable("UCF_BENCHMARK_FOLDER") ?? Directory.CreateTempSubdirectory("ucf-benchmark-").FullName;

    /// <summary>Generates the videos of a form, unless they are there.</summary>
    /// <exception cref="DirectoryNotFoundException">The root is a user's own, which receives nothing, and lacks the form.</exception>
    public static void Ensure(string root, string folder, int videos = 16, int frames = 120)
    {
        if (Directory.Exists(Path.Combine(root, folder)))
        {
            return;
        }

        if (!GeneratedVideos.IsAt(root) && ((string[])[Raw, Compact, Avi]).Any(form => Directory.Exists(Path.Combine(root, form))))
        {
            throw new DirectoryNotFoundException($"'{root}' has videos of its own but no {folder}/.");
        }

        new GeneratedVideos(root, videos, frames, new FrameSize(240, 320)).Write(folder);
    }

    /// <summary>Deletes a root of <see cref="FindRoot"/> if it was temporary.</summary>
    public static void DeleteTemporary(string root)
    {
        if (Environment.GetEnvironmentVariable("UCF_BENCHMARK_FOLDER") is null)
        {
            Directory.Delete(root, recursive: true);
        }
    }
}
