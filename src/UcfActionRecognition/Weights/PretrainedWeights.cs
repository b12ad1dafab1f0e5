namespace UcfActionRecognition;

/// <summary>
/// A file of trained weights, named by state-dict keys. Holding one costs nothing: the file is checked when it is named, and read when
/// a model loads it. Safe for concurrent calls.
/// </summary>
public sealed class PretrainedWeights
{
    private PretrainedWeights(string path, IReadOnlyList<string> names, KnownWeights? known)
    {
        Path = path;
        Names = names;
        Known = known;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The state-dict keys of the file, sorted; one or more prefixes <c>module.</c> that all of them have are left out.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>
    /// The published file that this is, with the input it was trained with; <see langword="null"/> for any other file, and for one that
    /// <see cref="FromFile(string)"/> named. A model's input can be checked against it: <see cref="KnownWeights.DifferenceFrom"/>.
    /// </summary>
    public KnownWeights? Known { get; }

    /// <summary>Names a file of weights and checks that it can be read.</summary>
    /// <param name="path">
    /// A safetensors file, or a file of PyTorch's <c>torch.save</c> of any version since 0.1.10 (<c>.pth</c>, <c>.pt</c>, <c>.th</c>,
    /// <c>.pth.tar</c>; its content tells, not its name): a state dict, or a checkpoint that has one as <c>state_dict</c>,
    /// <c>model_state_dict</c> or <c>model</c>. Nothing in a file can run code, wherever it is from. A whole pickled model is refused; save
    /// its weights, in Python: <c>torch.save(model.state_dict(), "w.pth")</c>.
    /// </param>
    /// <exception cref="WeightsFormatException">The file is missing, broken, or of a format that cannot be read.</exception>
    public static PretrainedWeights FromFile(string path) => FromFile(path, known: null);

    /// <summary>
    /// Finds weights on this machine. <paramref name="nameOrPath"/> is looked for as a file, then in the folder that the environment variable
    /// <c>UCF_WEIGHTS_DIR</c> names, then in PyTorch's own cache (<c>hub/checkpoints</c> below <c>TORCH_HOME</c>, else below <c>torch</c> in
    /// <c>XDG_CACHE_HOME</c>, else below <c>~/.cache/torch</c>).
    /// </summary>
    /// <param name="nameOrPath">
    /// A path; a name or file name of the catalogue (<see cref="KnownWeights.All"/>), for example <c>resnet50</c>,
    /// <c>resnet50-19c8e357.pth</c> or <c>resnet-50-kinetics</c>; or the name of another file in one of those folders.
    /// </param>
    /// <returns>
    /// The weights, with <see cref="Known"/> where the file has a name of the catalogue: its size and SHA-256 are then the published ones, as
    /// far as they are published, its network is the one that its keys and shapes tell, and its classifier has as many classes.
    /// </returns>
    /// <exception cref="WeightsUnavailableException">There is no such file. The message says where it was looked for and how to get it.</exception>
    /// <exception cref="WeightsFormatException">
    /// The file is broken, of a format that cannot be read, or not the published one of its name.
    /// </exception>
    public static PretrainedWeights Find(string nameOrPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrPath);
        return WeightsSearch.Find(nameOrPath, WeightsFolders.All());
    }

    /// <summary>Finds weights on this machine and downloads them if they are not there.</summary>
    /// <param name="nameOrPath">As for <see cref="Find"/>; by name only files of the catalogue are downloaded.</param>
    /// <param name="progress">Told about the download; called on any thread.</param>
    /// <param name="cancel">Stops the download; nothing of it is left.</param>
    /// <returns>As <see cref="Find"/> returns.</returns>
    /// <inheritdoc cref="Find" path="/exception[contains(@cref, 'WeightsFormatException')]"/>
    /// <exception cref="WeightsUnavailableException">There is no such file, and it cannot be downloaded.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was called.</exception>
    public static PretrainedWeights FindOrDownload(
        string nameOrPath, IProgress<WeightsDownloadProgress>? progress = null, CancellationToken cancel = default)
    {
        try
        {
            return Find(nameOrPath);
        }
        catch (WeightsUnavailableException missing) when (missing.Weights is { DownloadAddress: not null } known)
        {
            return Download(known, folder: null, progress, cancel);
        }
    }

    /// <inheritdoc cref="DownloadAsync"/>
    public static PretrainedWeights Download(
        KnownWeights weights, string? folder = null, IProgress<WeightsDownloadProgress>? progress = null, CancellationToken cancel = default) =>
        DownloadAsync(weights, folder, progress, cancel).GetAwaiter().GetResult();

    /// <summary>
    /// Downloads a published file, checks its size and SHA-256, as far as they are published, that it can be read, its network and
    /// its number of classes; only then it gets its name. A file that is there already and is the right one is left as it is, a damaged one is replaced. A download
    /// that stalls (fewer than 64 KiB in 30 seconds) or breaks off is begun anew, three attempts in all. A file of unpublished size may have up
    /// to 4 GiB.
    /// </summary>
    /// <param name="weights">The file; it has a <see cref="KnownWeights.DownloadAddress"/>, of https.</param>
    /// <param name="folder">
    /// Where it goes; <see langword="null"/> (the default) for the first folder that <see cref="Find"/> looks in: <c>UCF_WEIGHTS_DIR</c> if it is
    /// set, else PyTorch's cache. It is created if need be.
    /// </param>
    /// <param name="progress">Told about the download; called on any thread.</param>
    /// <param name="cancel">Stops the download; nothing of it is left.</param>
    /// <returns>The weights, with <see cref="Known"/>.</returns>
    /// <exception cref="WeightsUnavailableException">The file cannot be downloaded or written; nothing of it is left.</exception>
    /// <exception cref="WeightsFormatException">
    /// The folder has a file of that name, undamaged, of another network or of other classes; it is left as it is.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// The address is not https, the file's name names a folder too, or there is no folder to download to.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was called.</exception>
    public static Task<PretrainedWeights> DownloadAsync(
        KnownWeights weights, string? folder = null, IProgress<WeightsDownloadProgress>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(weights);
        string target = folder ?? WeightsFolders.First() ?? throw new ArgumentException(
            $"There is no folder to download to: name one, here or in {WeightsFolders.Variable}.", nameof(folder));
        return FetchAsync(weights, target, new DownloadOptions(), progress, cancel);
    }

    /// <summary>The file's name, for messages.</summary>
    public override string ToString() => Path;

    internal WeightsFile Open() => Open(Path);

    /// <summary>Opens a file of any format, with its keys as in <see cref="Names"/>.</summary>
    internal static WeightsFile Open(string path) => WithoutModulePrefix.Of(WeightsFormat.Open(path));

    /// <summary>Names a file that is to be a published one, where <paramref name="known"/> is given.</summary>
    internal static PretrainedWeights FromFile(string path, KnownWeights? known)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (known is not null)
        {
            WeightsIdentity.Check(path, known);
        }

        return OpenChecked(path, known);
    }

    /// <summary>Downloads as <see cref="DownloadOptions"/> say.</summary>
    internal static async Task<PretrainedWeights> FetchAsync(
        KnownWeights weights, string folder, DownloadOptions options, IProgress<WeightsDownloadProgress>? progress, CancellationToken cancel)
    {
        using var downloader = new WeightsDownloader(options);
        string path = await downloader.DownloadAsync(weights, folder, progress, cancel).ConfigureAwait(false);
        return OpenChecked(path, weights);
    }

    private static PretrainedWeights OpenChecked(string path, KnownWeights? known)
    {
        using WeightsFile file = Open(path);
        if (known is not null)
        {
            WeightsIdentity.CheckContents(file, known);
        }

        return new PretrainedWeights(path, [.. file.Entries.Keys.Order(StringComparer.Ordinal)], known);
    }
}
