using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;

namespace UcfActionRecognition;

/// <summary>
/// Says which actions are in a video, and when: in one pass from its first frame to its last, in memory that does not grow with its length, so that hours
/// and pipes without an end are classified as they come. One video at a time, and nothing else through the model meanwhile.
/// </summary>
/// <remarks>
/// A video's score is the one that an <see cref="Evaluator"/> with the same crops gives it, on windows of the model's clip length or on all frames: the mean over the
/// clips of the log-softmax. Frames are read, resized and classified in turn on the calling thread; ffmpeg decodes beside it.
/// </remarks>
public sealed class VideoClassifier : IDisposable
{
    private const int FramesOfAWindow = 16;

    private readonly bool _ownsModel;
    private readonly ILogger _logger;
    private readonly ClipPlan _plan;
    private readonly SlidingWindow _windows;
    private readonly Lazy<FFmpegStreams> _streams;
    private readonly ClipLogits _logits;

    /// <summary>Classifies with a model of the caller's, who disposes it.</summary>
    /// <param name="model">The model. While it computes it is in evaluation mode; it is left in the mode that it was in.</param>
    /// <param name="options">Windows, crops, decoding; <see langword="null"/> for the defaults.</param>
    /// <param name="logger">Is told of each video that was classified.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="ArgumentException">The windows or the crops are not what the model takes.</exception>
    public VideoClassifier(ActionModel model, VideoClassifierOptions? options = null, ILogger? logger = null)
        : this(model, options ?? new VideoClassifierOptions(), logger, ownsModel: false)
    {
    }

    private VideoClassifier(ActionModel model, VideoClassifierOptions options, ILogger? logger, bool ownsModel)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options.Decoding);
        (Model, _ownsModel, _logger) = (model, ownsModel, logger ?? NullLogger.Instance);
        _windows = WindowsOf(model.Input.ClipLength, options);
        var evaluation = new EvaluatorOptions
        {
            Sampler = model.Input.ClipLength == 1 ? new SlidingWindow(1, 1) : _windows,
            Crops = options.Crops ?? TestCrops.WholeFrame,
            FramesPerChunk = options.FramesPerChunk,
        };
        evaluation.Validate();
        _plan = new ClipPlan(model, evaluation);
        _streams = new Lazy<FFmpegStreams>(() => new FFmpegStreams(options.Decoding));
        _logits = new ClipLogits(model);
    }

    /// <summary>The model.</summary>
    public ActionModel Model { get; }

    /// <summary>Frames of a window of the timeline.</summary>
    public int WindowLength => _windows.Length;

    /// <summary>Frames from the start of one window to that of the next.</summary>
    public int WindowStride => _windows.Stride;

    /// <summary>Classifies with the model of a checkpoint.</summary>
    /// <param name="checkpoint">A file that a training or <see cref="ModelCheckpoint"/> wrote.</param>
    /// <param name="options">Windows, crops, decoding; <see langword="null"/> for the defaults.</param>
    /// <param name="device">Where the model computes; the CPU when <see langword="null"/>.</param>
    /// <param name="logger">Is told of each video that was classified.</param>
    /// <returns>The classifier, which disposes its model with itself.</returns>
    /// <exception cref="CheckpointException">The file is missing, broken, no checkpoint, or of an architecture that this version does not know.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="ArgumentException">The windows or the crops are not what the model takes.</exception>
    public static VideoClassifier FromCheckpoint(
        string checkpoint, VideoClassifierOptions? options = null, torch.Device? device = null, ILogger? logger = null)
    {
        options ??= new VideoClassifierOptions();
        ActionModel model = ActionModels.FromCheckpoint(checkpoint, device);
        try
        {
            return new VideoClassifier(model, options with { Crops = options.Crops ?? CropsOf(checkpoint) }, logger, ownsModel: true);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Classifies a video file of any format that ffmpeg reads.</summary>
    /// <param name="path">The file.</param>
    /// <param name="windows">Told of each window of the timeline as soon as it is classified, on the calling thread.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <exception cref="VideoReadException">The file is missing, is no video, or none of its frames decodes.</exception>
    /// <exception cref="ActionRecognitionException">ffmpeg is missing, or the model's logits are not numbers or not one row for each clip.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public VideoClassification Classify(string path, IProgress<WindowClassification>? windows = null, CancellationToken cancel = default)
    {
        using VideoReader reader = _streams.Value.Open(path, cancel);
        return Classify(reader, path, windows, cancel);
    }

    /// <summary>Classifies what a reader gives from its next frame on.</summary>
    /// <param name="reader">Reads the video; it stays the caller's.</param>
    /// <param name="name">What messages call the video.</param>
    /// <param name="windows">Told of each window of the timeline as soon as it is classified, on the calling thread.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <inheritdoc cref="Classify(string, IProgress{WindowClassification}?, CancellationToken)" path="/exception"/>
    public VideoClassification Classify(
        VideoReader reader, string name, IProgress<WindowClassification>? windows = null, CancellationToken cancel = default)
    {
        ForwardClassification pass = Start(reader, name);
        foreach (WindowClassification window in Windows(pass, name, cancel))
        {
            windows?.Report(window);
        }

        return pass.Result;
    }

    /// <summary>The timeline of a video file: what is in each of its windows.</summary>
    /// <param name="path">The file.</param>
    /// <param name="whole">Told what is said of the whole video, once its end is reached.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <returns>
    /// The windows in their order, read and classified as they are taken; a caller that stops taking ends the reading. They are those of a
    /// <see cref="SlidingWindow"/>: where frames are left over at the end, the last window is aligned to it; a video shorter than a window is one window.
    /// </returns>
    /// <inheritdoc cref="Classify(string, IProgress{WindowClassification}?, CancellationToken)" path="/exception"/>
    public IEnumerable<WindowClassification> ReadTimeline(string path, IProgress<VideoClassification>? whole = null, CancellationToken cancel = default)
    {
        using VideoReader reader = _streams.Value.Open(path, cancel);
        foreach (WindowClassification window in ReadTimeline(reader, path, whole, cancel))
        {
            yield return window;
        }
    }

    /// <summary>The timeline of what a reader gives from its next frame on: of a camera or a pipe, see <see cref="FFmpegStreams"/>.</summary>
    /// <param name="reader">Reads the video; it stays the caller's.</param>
    /// <param name="name">What messages call the video.</param>
    /// <param name="whole">Told what is said of the whole video, once its end is reached.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <inheritdoc cref="ReadTimeline(string, IProgress{VideoClassification}?, CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="Classify(string, IProgress{WindowClassification}?, CancellationToken)" path="/exception"/>
    public IEnumerable<WindowClassification> ReadTimeline(
        VideoReader reader, string name, IProgress<VideoClassification>? whole = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(name);
        return Timeline(reader, name, whole, cancel);
    }

    /// <summary>Gives back what was made for the model, and the model where the classifier made it.</summary>
    public void Dispose()
    {
        _logits.Dispose();
        if (_ownsModel)
        {
            Model.Dispose();
        }
    }

    private IEnumerable<WindowClassification> Timeline(VideoReader reader, string name, IProgress<VideoClassification>? whole, CancellationToken cancel)
    {
        ForwardClassification pass = Start(reader, name);
        foreach (WindowClassification window in Windows(pass, name, cancel))
        {
            yield return window;
        }

        whole?.Report(pass.Result);
    }

    private ForwardClassification Start(VideoReader reader, string name)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(name);
        return new ForwardClassification(name, reader, Model, _logits, _plan, _windows);
    }

    private IEnumerable<WindowClassification> Windows(ForwardClassification pass, string name, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        foreach (WindowClassification window in pass.Windows(cancel))
        {
            yield return window;
        }

        VideoClassification whole = pass.Result;
        EvaluationLog.VideoClassified(_logger, name, whole.Info.FrameCount!.Value, whole.Clips, clock.Elapsed.TotalSeconds, whole.Probabilities.Best.Class);
    }

    private static TestCrops? CropsOf(string checkpoint) => ModelCheckpoint.ReadInfo(checkpoint).Metadata.GetValueOrDefault(Recipe.TestCropsKey) is not { } saved
        ? null
        : TestCrops.Parse(saved) ?? throw new CheckpointException(
            $"{checkpoint}: its recipe tests on the crops '{ErrorText.Shortened(saved)}', which this version does not know. Say which to take ({nameof(VideoClassifierOptions)}.{nameof(VideoClassifierOptions.Crops)}).");

    private static SlidingWindow WindowsOf(int clipLength, VideoClassifierOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.WindowLength ?? 1, 1, nameof(options.WindowLength));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.WindowStride ?? 1, 1, nameof(options.WindowStride));
        int length = options.WindowLength ?? (clipLength == 1 ? FramesOfAWindow : clipLength);
        return clipLength == 1 || length == clipLength
            ? new SlidingWindow(length, options.WindowStride ?? length)
            : throw new ArgumentException(
                $"The model takes clips of {clipLength} frames, and its windows are clips; {nameof(VideoClassifierOptions.WindowLength)} is {length}. Leave it out.",
                nameof(options));
    }
}
