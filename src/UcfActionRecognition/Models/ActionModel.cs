using System.Collections.ObjectModel;
using TorchSharp;
using TorchSharp.Modules;

namespace UcfActionRecognition;

/// <summary>
/// A network that maps frames or clips to one logit per class, with what is needed to use it rightly: its
/// <see cref="Input"/>, its <see cref="Classes"/>, and what of it is trained. The keys of its state dict are those of PyTorch's
/// models (<c>layer4.2.conv3.weight</c>).
/// </summary>
/// <remarks>
/// A new model is in training mode, as in PyTorch. One thread at a time. The device is chosen when the model is made.
/// </remarks>
public abstract class ActionModel : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly HashSet<string> _trainedGroups = new(StringComparer.Ordinal);
    private long _trainedGroupCharacters;

    /// <summary>Sets what every model carries.</summary>
    /// <param name="architecture">The architecture's name, for example <c>resnet50</c>.</param>
    /// <param name="classes">Class names by class index; at least one, all different.</param>
    /// <param name="input">What the model takes in.</param>
    /// <exception cref="ArgumentException"><paramref name="classes"/> is empty or names a class twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value of <paramref name="input"/> is out of its range.</exception>
    protected ActionModel(string architecture, IReadOnlyList<string> classes, InputSpec input)
        : base(architecture)
    {
        ArgumentNullException.ThrowIfNull(input);
        input.Validate();
        Architecture = architecture;
        Classes = CheckedClasses(classes);
        Input = input;
        TrainedGroups = new ReadOnlySet<string>(_trainedGroups);
    }

    /// <summary>The architecture's name, for example <c>resnet50</c>.</summary>
    public string Architecture { get; }

    /// <summary>Class names; logit <c>i</c> is the score of <c>Classes[i]</c>.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Frame size, clip length and normalisation that the model expects.</summary>
    public InputSpec Input { get; }

    /// <summary>
    /// The groups (<see cref="LabeledVideo.Group"/>) of the videos that the model, or the checkpoint that it was made or fine-tuned from, was trained on.
    /// An <see cref="Evaluator"/> refuses to score their videos unless it is told to. Empty for a new model and for weights that do not say, such
    /// as published ones. Checkpoints keep them.
    /// </summary>
    public IReadOnlySet<string> TrainedGroups { get; }

    /// <summary>Where the model's parameters are.</summary>
    public torch.Device Device => parameters().First().device;

    /// <summary>What is trained, as <see cref="FineTune"/> set it.</summary>
    public FineTuneScope Scope { get; private set; } = FineTuneScope.All;

    /// <summary>What the BatchNorms do in training mode, as <see cref="FineTune"/> set it.</summary>
    public BatchNormMode BatchNorm { get; private set; } = BatchNormMode.Train;

    /// <summary>What the last <see cref="Load"/> did; <see langword="null"/> when nothing was loaded.</summary>
    public WeightsLoadReport? LoadReport { get; private set; }

    /// <summary>Sets which parameters are trained and what the BatchNorms do in training mode.</summary>
    /// <param name="scope">The part that is trained. The layers before it are frozen and record no autograd graph.</param>
    /// <param name="batchNorm">Of all BatchNorms, in frozen layers and in trained ones.</param>
    /// <remarks>
    /// Make the optimizer afterwards, from <see cref="TrainableParameters"/>. Gradients of frozen parameters are dropped.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">A value is not one of its enumeration; nothing is changed.</exception>
    public void FineTune(FineTuneScope scope, BatchNormMode batchNorm)
    {
        if (!Enum.IsDefined(batchNorm))
        {
            throw new ArgumentOutOfRangeException(nameof(batchNorm), batchNorm, "The mode is not one of BatchNormMode.");
        }

        IReadOnlyList<string> trained = TrainedPrefixes(scope);
        foreach ((string key, Parameter parameter) in named_parameters())
        {
            bool train = StartsWithAny(key, trained);
            parameter.requires_grad = train;
            if (!train)
            {
                parameter.grad = null;
            }
        }

        Scope = scope;
        BatchNorm = batchNorm;
        foreach (BatchNormLayer layer in modules().OfType<BatchNormLayer>())
        {
            layer.Frozen = batchNorm == BatchNormMode.Frozen;
        }

        train(training);
    }

    /// <summary>The parameters that are trained, with their state-dict keys, in the network's order.</summary>
    public IReadOnlyList<(string Name, Parameter Parameter)> TrainableParameters() =>
        [.. named_parameters().Where(entry => entry.parameter.requires_grad)];

    /// <summary>Sets training or evaluation mode; frozen BatchNorms stay in evaluation mode.</summary>
    /// <param name="train"><see langword="true"/> for training mode.</param>
    public override void train(bool train = true)
    {
        base.train(train);
        if (BatchNorm == BatchNormMode.Frozen)
        {
            // Ours keep themselves frozen; this holds TorchSharp's, in models that others derive from this class.
            foreach (BatchNorm layer in modules().OfType<BatchNorm>())
            {
                layer.train(false);
            }
        }
    }

    /// <summary>Computes logits.</summary>
    /// <param name="input">
    /// Normalised values on the model's device, of the parameters' type (or bfloat16 for a backbone of it): <c>N x 3 x H x W</c> for a model of single frames,
    /// <c>N x 3 x T x H x W</c> for one of clips; any H, W and T. <see cref="ModelInput"/> makes it.
    /// </param>
    /// <returns>Logits, <c>N x classes</c>. The caller disposes them.</returns>
    /// <exception cref="ArgumentException"><paramref name="input"/> is not of that shape, type or device.</exception>
    public sealed override torch.Tensor forward(torch.Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        CheckShape(input);
        torch.Tensor logits = Logits(input);

        // A caller may hold neither any longer; TorchSharp's native calls do not keep them alive (see Scalars).
        GC.KeepAlive(input);
        GC.KeepAlive(this);
        return logits;
    }

    /// <summary>
    /// Loads weights by name into this model: everything, or nothing when it throws. A classifier for another number of classes (or,
    /// where the file names its classes, for other classes) is left as initialised, and so are BatchNorm counters that old files do
    /// not have, and layers of the file that a truncated model does not have are left there; the report says so. What a checkpoint of this library
    /// was trained on goes into <see cref="TrainedGroups"/>.
    /// </summary>
    /// <param name="weights">The weights; floating-point types are converted.</param>
    /// <param name="newHead">
    /// Whether the classifier stays as initialised even if the file's would fit: for other classes that happen to be as many.
    /// </param>
    /// <returns>What was loaded and what was left; also <see cref="LoadReport"/>.</returns>
    /// <exception cref="WeightsFormatException">
    /// A key is missing, unexpected or of another shape; the message lists them, and says of which network the file is.
    /// </exception>
    public WeightsLoadReport Load(PretrainedWeights weights, bool newHead = false)
    {
        ArgumentNullException.ThrowIfNull(weights);
        using WeightsFile file = weights.Open();
        LoadReport = WeightsLoader.LoadPretrained(file, this, newHead);
        AddTrainedGroups(WeightsLoader.TrainedGroups(file));
        return LoadReport;
    }

    /// <summary>Remembers that the model is trained on these videos.</summary>
    /// <exception cref="ArgumentException">The names of all groups are more than a checkpoint can keep; nothing is remembered.</exception>
    internal void AddTrainedGroups(IEnumerable<LabeledVideo> videos) => AddTrainedGroups(videos.Select(video => video.Group));

    /// <inheritdoc cref="AddTrainedGroups(IEnumerable{LabeledVideo})"/>
    internal void AddTrainedGroups(IEnumerable<string> groups)
    {
        string[] added = [.. groups.Distinct(StringComparer.Ordinal).Where(group => !_trainedGroups.Contains(group))];
        long characters = _trainedGroupCharacters + added.Sum(group => (long)TrainedGroupsJson.CharactersOf(group));
        if (characters > TrainedGroupsJson.MaximumCharacters)
        {
            throw new ArgumentException(
                $"The names of the {_trainedGroups.Count + added.Length} groups that the model is trained on take {characters} characters; a checkpoint has room for "
                + $"{TrainedGroupsJson.MaximumCharacters}. Give the groups shorter names.", nameof(groups));
        }

        _trainedGroups.UnionWith(added);
        _trainedGroupCharacters = characters;
    }

    /// <summary>Remembers these groups alone: the weights are others now.</summary>
    internal void SetTrainedGroups(IEnumerable<string> groups)
    {
        _trainedGroups.Clear();
        _trainedGroupCharacters = 0;
        AddTrainedGroups(groups);
    }

    /// <summary>
    /// A fingerprint of the model: SHA-256 over the state dict (names, types, shapes and values, whatever the device and memory layout)
    /// and <see cref="Input"/>. It tags predictions, so that those of another model are never mistaken for this one's.
    /// </summary>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public string ComputeHash() => ModelHash.Compute(Input, state_dict());

    /// <summary>
    /// Logits of a batch of bytes: what <see cref="forward"/> makes of what <see cref="ModelInput.Prepare"/> makes of it, without the values of
    /// the whole batch in memory where the model needs them in parts only.
    /// </summary>
    /// <param name="input">Makes the values.</param>
    /// <param name="frames">As for <see cref="ModelInput.Prepare"/>.</param>
    internal virtual torch.Tensor LogitsOf(ModelInput input, torch.Tensor frames)
    {
        using torch.Tensor values = input.Prepare(frames);
        return forward(values);
    }

    /// <summary>The type of input that suits the model best; the parameters' type is taken, too.</summary>
    internal virtual torch.ScalarType InputType => parameters().First().dtype;

    /// <summary>Prefixes of the state-dict keys that are trained under a scope; one empty prefix stands for all keys.</summary>
    /// <param name="scope">The scope.</param>
    protected abstract IReadOnlyList<string> TrainedPrefixes(FineTuneScope scope);

    /// <summary>Computes logits from input that has been checked.</summary>
    /// <param name="input">As for <see cref="forward"/>.</param>
    protected abstract torch.Tensor Logits(torch.Tensor input);

    /// <summary>Whether a state-dict key belongs to the classifier.</summary>
    internal bool IsHead(string key) => StartsWithAny(key, TrainedPrefixes(FineTuneScope.Head));

    /// <summary>State-dict keys that the whole network has and this model, being truncated, has not.</summary>
    internal virtual IEnumerable<string> KeysLeftOut() => [];

    private static bool StartsWithAny(string key, IReadOnlyList<string> prefixes) =>
        prefixes.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal));

    // Native code may end the process on a bad shape, so shapes are checked before it sees them.
    private protected void CheckShape(torch.Tensor input)
    {
        string layout = Input.ClipLength == 1 ? "N x 3 x H x W" : "N x 3 x T x H x W";
        int dimensions = Input.ClipLength == 1 ? 4 : 5;
        long[] shape = input.shape;
        if (shape.Length != dimensions || shape[1] != 3 || shape.Any(length => length < 1))
        {
            throw new ArgumentException($"{Architecture} takes {layout}; the input is {string.Join(" x ", shape)}.", nameof(input));
        }

        Parameter parameter = parameters().First();
        if ((input.dtype != parameter.dtype && input.dtype != InputType) || input.device_type != parameter.device_type || input.device_index != parameter.device_index)
        {
            throw new ArgumentException(
                $"{Architecture} is {parameter.dtype} on {parameter.device}; the input is {input.dtype} on {input.device}.", nameof(input));
        }
    }

    /// <summary>A copy of a class list that is sure to hold at least one class, and none twice.</summary>
    internal static ReadOnlyCollection<string> CheckedClasses(IReadOnlyList<string> classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        string[] copy = [.. classes];
        if (copy.Length == 0 || copy.Any(string.IsNullOrWhiteSpace))
        {
            throw new ArgumentException("A model has at least one class, and every class has a name.", nameof(classes));
        }

        string? twice = copy.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        if (twice is not null)
        {
            throw new ArgumentException($"The class '{twice}' is listed twice.", nameof(classes));
        }

        return Array.AsReadOnly(copy);
    }
}
