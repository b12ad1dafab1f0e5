using TorchSharp;

namespace UcfActionRecognition.Benchmarks;

/// <summary>
/// The <see cref="Evaluator"/> on whole videos: every frame of each, or the full sequence. Reading is part of it and overlaps with the network. The
/// files are in the page cache; one clip has gone through the network before. <c>peer/train_2d.py evaluate</c> and
/// <c>peer/train_3d.py evaluate</c> do the same in PyTorch.
/// </summary>
internal sealed class EvaluationMeasurement(MeasuredNetwork network, VideoFolder folder)
{
    public void Run()
    {
        network.LoadTorch();
        PageCache.Fill(folder.Files);
        using IVideoClipSource source = folder.OpenSource();
        folder.Index(source);
        var memory = new ResidentMemory();
        using ResNet model = network.Create(BatchNormMode.Frozen);
        WarmUp(model);
        EvaluatorOptions evaluation = network.Recipe.Evaluation with { Sampler = network.Name == MeasuredNetwork.Clips ? new FullSequence() : null };
        EvaluationResult result = new Evaluator(evaluation).Evaluate(model, folder.Videos, source);

        var cost = new NetworkCost(model);
        int[] frames = [.. folder.Videos.Select(video => FrameCount(source, video))];
        double operations = network.Name == MeasuredNetwork.Clips ? frames.Sum(cost.Forward) : frames.Sum() * cost.Forward(1);
        JsonLine.Print(new
        {
            Measure = "evaluate",
            Network = network.Name,
            network.Precision,
            Threads = torch.get_num_threads(),
            Videos = frames.Length,
            Frames = frames.Sum(),
            Seconds = result.Elapsed.TotalSeconds,
            FramesPerSecond = frames.Sum() / result.Elapsed.TotalSeconds,
            PeakRiseBytes = memory.PeakRise,
            PeakBytes = ResidentMemory.Peak,
            Gflop = operations / 1e9,
        });
    }

    private void WarmUp(ResNet model)
    {
        Recipe recipe = network.Recipe;
        using var source = new VideosInMemory(recipe.Network.Size, model.Input.ClipLength);
        using var loader = new ClipLoader(
            VideosInMemory.Videos(1, classes: 1), source, recipe.TestSampler, AugmentationPipeline.Create().Resize(recipe.Network.Size));
        Evaluator.EvaluateClips(model, loader);
    }

    private static int FrameCount(IVideoClipSource source, LabeledVideo video)
    {
        using VideoReader reader = source.Open(video.Name);
        return reader.Info.FrameCount ?? throw new ArgumentException($"'{video.Name}' does not say how many frames it has; measure on HDF5 files.");
    }
}
