using Microsoft.Extensions.Logging;

namespace UcfActionRecognition.Samples.Assignment;

/// <summary>Evaluates a model on whole videos of all sides, or puts together what shards predicted, and writes what came of it.</summary>
internal sealed class WholeVideos(AssignmentOptions options, ActionDataset data, IVideoClipSource source, ILogger logger)
{
    private readonly EvaluatorOptions _recipe = options.Recipe.Evaluation;

    private string ConfusionMatrixPath => Path.Combine(options.Output, "confusion_matrix.npy");

    // Shards leave nothing but predictions, so those of the training side must be somewhere, too: where nobody takes them for the test's.
    private string TrainPredictions => Path.Combine(options.Output, "train-predictions");

    private bool IsSharded => options.Shard is not null || options.Merge;

    /// <summary>Deletes what an earlier evaluation wrote, but for its part of the summary.</summary>
    public void DeleteResults()
    {
        File.Delete(ConfusionMatrixPath);
        foreach (string? predictions in new[] { _recipe.PredictionsFolder, TrainPredictions })
        {
            if (Directory.Exists(predictions))
            {
                Directory.Delete(predictions, recursive: true);
            }
        }
    }

    /// <returns>What test videos gave; <see langword="null"/> of a shard, which only predicts.</returns>
    public EvaluationResult? Evaluate(ResNet model, Summary summary)
    {
        int length = model.Input.ClipLength;
        EvaluatorOptions evaluation = _recipe with
        {
            Sampler = options.TestClips?.Invoke(length) ?? _recipe.Sampler ?? new SlidingWindow(length, length),
            Crops = options.TestCrops ?? _recipe.Crops,
            Data = data.Name,
            Shard = options.Shard ?? Shard.Whole,
            Resume = _recipe.Resume || options.Shard is not null,
        };
        EvaluatorOptions ofTraining = evaluation with
        {
            PredictionsFolder = IsSharded ? TrainPredictions : null,
            Resume = options.Shard is not null,
            AllowTrainingVideos = true,
        };
        EvaluationResult? train = options.SkipTrainVideos ? null : EvaluateSide("Training videos", model, data.Train, ofTraining);
        EvaluationResult? heldOut = data.HeldOut.Count == 0 ? null : EvaluateSide("Held-out videos", model, data.HeldOut, evaluation);
        EvaluationResult test = EvaluateSide("Test videos", model, data.Test, evaluation);
        if (options.Shard is { } shard)
        {
            if (options.Group is null)
            {
                Console.WriteLine($"Once all {shard.Count} shards are done, the verb merge puts them together.");
            }

            return null;
        }

        test.Report.Confusion.SaveRowNormalized(ConfusionMatrixPath);
        summary.AddEvaluation(evaluation, train, heldOut, test);
        Print(train, heldOut, test, isOneClip: evaluation.Sampler is FullSequence);
        return test;
    }

    // A full sequence is one clip: its accuracy is the video's.
    private void Print(EvaluationResult? train, EvaluationResult? heldOut, EvaluationResult test, bool isOneClip)
    {
        ResultTables.PrintAccuracies(
            ($"train, every {options.Unit}", isOneClip ? null : train?.ClipAccuracy), ("train, whole videos", train?.Report.Accuracy),
            ("held out, whole videos", heldOut?.Report.Accuracy),
            ($"test, every {options.Unit}", isOneClip ? null : test.ClipAccuracy), ("test, whole videos", test.Report.Accuracy));
        Console.WriteLine($"Test side: {string.Join(", ", test.Metrics.Select(metric => $"{metric.Name} {ProgressBar.Percent(metric.Value)}"))}.");
        ResultTables.PrintClasses(test.Report);
    }

    private EvaluationResult EvaluateSide(string title, ActionModel model, IReadOnlyList<LabeledVideo> videos, EvaluatorOptions evaluation)
    {
        var evaluator = new Evaluator(evaluation, logger);
        if (options.Merge)
        {
            return evaluator.Merge(model, videos, source, ConsoleProgram.Cancellation);
        }

        try
        {
            EvaluationResult result = ConsoleProgram.WithProgressBar(title, bar =>
                evaluator.Evaluate(model, videos, source, bar.ForEvaluation(), ConsoleProgram.Cancellation));
            if (options.Shard is { } shard)
            {
                Console.WriteLine(
                    $"{title}, shard {shard}: {result.Scores.Count + result.Failures.Count} of {videos.Count}, {result.Reused} kept from before, {result.Failures.Count} unreadable.");
            }

            return result;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("The evaluation was stopped; what is done is kept. Go on with the same command and --resume.");
            throw;
        }
    }
}
