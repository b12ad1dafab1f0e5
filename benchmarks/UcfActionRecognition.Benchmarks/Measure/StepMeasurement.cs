using TorchSharp;

namespace UcfActionRecognition.Benchmarks;

/// <summary>
/// Steps of the <see cref="Trainer"/> itself, with the loader's hand-over, the bytes to values on the way and the metrics. The frames are in
/// memory and have the network's size, and are not augmented: what the loader does with files is measured by <c>measure loader</c>.
/// <c>peer/train_2d.py step</c> and <c>peer/train_3d.py step</c> are the same steps in PyTorch.
/// </summary>
internal sealed class StepMeasurement(MeasuredNetwork network, StepOptions options)
{
    public void Run()
    {
        if (options.Batch < 1 || options.Steps < 1 || options.WarmUp < 1)
        {
            throw new ArgumentException("--batch, --steps and --warm-up are at least 1.");
        }

        network.LoadTorch();
        Recipe recipe = network.Recipe;
        int frames = recipe.TrainingSampler.FramesPerClip!.Value;
        using var source = new VideosInMemory(recipe.Network.Size, frames);
        var memory = new ResidentMemory();
        using ResNet model = network.Create(options.BatchNorm == StepOptions.Frozen ? BatchNormMode.Frozen : BatchNormMode.Train);
        using ClipLoader loader = CreateLoader(recipe, source);
        var times = new StepTimes();
        TrainingResult result = new Trainer(recipe.Training with { Epochs = 1 }).Fit(model, loader, progress: times);

        var seconds = Spread.Of(times.From(options.WarmUp));
        var cost = new NetworkCost(model);
        JsonLine.Print(new
        {
            Measure = "step",
            Network = network.Name,
            options.Batch,
            options.BatchNorm,
            network.Precision,
            Threads = torch.get_num_threads(),
            options.Steps,
            options.WarmUp,
            SecondsPerStep = seconds.Median,
            seconds.Least,
            seconds.Most,
            ClipsPerSecond = options.Batch / seconds.Median,
            result.Epochs[0].Train.Loss,
            PeakRiseBytes = memory.PeakRise,
            PeakBytes = ResidentMemory.Peak,
            GrowthAfter100Steps = times.GrowthAfter(100),
            ForwardGflopPerClip = cost.Forward(frames) / 1e9,
            GflopPerClip = cost.Training(frames) / 1e9,
        });
    }

    private ClipLoader CreateLoader(Recipe recipe, VideosInMemory source)
    {
        int count = options.Batch * (options.WarmUp + options.Steps);
        var loading = recipe.Loading with { BatchSize = options.Batch };
        return new ClipLoader(
            VideosInMemory.Videos(count, MeasuredNetwork.Classes.Count), source, recipe.TrainingSampler,
            AugmentationPipeline.Create().Resize(recipe.Network.Size), loading with { Workers = options.Workers ?? loading.Workers });
    }
}
