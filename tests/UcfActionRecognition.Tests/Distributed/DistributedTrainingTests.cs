using TorchSharp;
using UcfActionRecognition.Tests.Models;
using UcfActionRecognition.Tests.Training;

namespace UcfActionRecognition.Tests.Distributed;

/// <summary>The trainer's side of a training by several processes; here they are threads.</summary>
public sealed class DistributedTrainingTests : TensorFixture
{
    // Sums of float32 in another order, over 20 steps.
    private const double Tolerance = 1e-5;

    [TestCase(2)]
    [TestCase(3)]
    [TestCase(4)]
    [TestCase(12)]
    public void Fit_RanksWithAPartOfEachBatch_FollowOneProcessWithTheWholeBatch(int ranks)
    {
        (TrainingResult whole, float[] expected) = new RankTraining { BatchSize = 12 }.Run();
        var parts = ThreadGroup.RunAll(ranks, new RankTraining { BatchSize = 12 / ranks }.Run);
        Assert.That(whole.Steps, Is.EqualTo(20));
        foreach ((TrainingResult result, float[] parameters) in parts)
        {
            Assert.Multiple(() =>
            {
                Assert.That(parameters, Is.EqualTo(expected).Within(Tolerance));
                Assert.That(parameters, Is.EqualTo(parts[0].Parameters), "all ranks have the same to the bit");
                AssertSame(result, whole);
            });
        }
    }

    // 23 videos in batches of 12 and 11: parts of 5 and 6, of 3, 4 and 4, of 2 and 3; with 13 ranks some have none.
    [TestCase(2, 6)]
    [TestCase(3, 4)]
    [TestCase(5, 3)]
    [TestCase(13, 1)]
    public void Fit_UnevenParts_EachVideoHasTheSameWeight(int ranks, int batchSize)
    {
        var training = new RankTraining
        {
            Videos = 23,
            BatchSize = batchSize,
            Trainer = RankTraining.Options with { ClassWeights = [1, 2, 0.5], AccumulateBatches = 2, MaxGradientNorm = 0.5 },
        };
        (TrainingResult whole, float[] expected) = (training with { BatchSize = batchSize * ranks }).Run();
        foreach ((TrainingResult result, float[] parameters) in ThreadGroup.RunAll(ranks, training.Run))
        {
            Assert.Multiple(() =>
            {
                Assert.That(parameters, Is.EqualTo(expected).Within(Tolerance));
                AssertSame(result, whole);
            });
        }
    }

    [TestCase("adam")]
    [TestCase("adamw")]
    public void Fit_WithAdam_FollowsOneProcess(string optimizer)
    {
        var training = new RankTraining
        {
            BatchSize = 6,
            Trainer = RankTraining.Options with { Epochs = 2, LearningRate = 1e-3, Optimizer = optimizer == "adam" ? new AdamOptions() : new AdamWOptions() },
        };
        (_, float[] expected) = (training with { BatchSize = 12 }).Run();
        Assert.That(ThreadGroup.RunAll(2, training.Run)[1].Parameters, Is.EqualTo(expected).Within(Tolerance));
    }

    [Test]
    public void Fit_BatchNormsInTrainingMode_RanksEndWithTheSameModel()
    {
        (TrainingResult Result, float[] Parameters)[] ranks = ThreadGroup.RunAll(
            3, new RankTraining { BatchSize = 4, BatchNorm = BatchNormMode.Train, Trainer = RankTraining.Options with { MaxSteps = 3 } }.Run);
        Assert.That(ranks[1].Parameters, Is.EqualTo(ranks[0].Parameters));
        Assert.That(ranks[2].Parameters, Is.EqualTo(ranks[0].Parameters));
    }

    [Test]
    public void Fit_RanksBeginWithOtherModels_AllTrainThatOfRank0()
    {
        var training = new RankTraining { BatchSize = 6 };
        (_, float[] expected) = ThreadGroup.RunAll(2, training.Run)[0];
        (TrainingResult Result, float[] Parameters)[] ranks = ThreadGroup.RunAll(
            2, group => (training with { Prepare = group.Rank == 0 ? null : Zero }).Run(group));
        Assert.That(ranks[1].Parameters, Is.EqualTo(expected));
    }

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(4)]
    public void Fit_ResumedOnAnotherNumberOfRanks_GoesOnWithTheSameBatches(int ranks)
    {
        (TrainingResult whole, float[] expected) = new RankTraining { BatchSize = 12 }.Run();
        using var folder = new TemporaryFolder();
        var training = new RankTraining { BatchSize = 6, Trainer = RankTraining.Options with { OutputFolder = folder.Path, Resume = true, MaxSteps = 7 } };
        ThreadGroup.RunAll(2, training.Run);

        // The same command, on other numbers of processes.
        ThreadGroup.RunAll(ranks, (training with { Trainer = training.Trainer with { MaxSteps = 11 } }).Run);
        var rest = ThreadGroup.RunAll(2, (training with { Trainer = training.Trainer with { MaxSteps = null } }).Run);
        foreach ((TrainingResult result, float[] parameters) in rest)
        {
            Assert.Multiple(() =>
            {
                Assert.That(parameters, Is.EqualTo(expected).Within(Tolerance));
                AssertSame(result, whole);
            });
        }
    }

    [Test]
    public void Fit_ResumedWithAnotherBatchInAll_IsRefused()
    {
        using var folder = new TemporaryFolder();
        var training = new RankTraining { BatchSize = 6, Trainer = RankTraining.Options with { OutputFolder = folder.Path, Resume = true, MaxSteps = 1 } };
        ThreadGroup.RunAll(2, training.Run);
        (_, Exception? error) = ThreadGroup.Run(3, (training with { BatchSize = 5 }).Run)[0];
        Assert.That(error, Is.InstanceOf<CheckpointException>().With.Message.Contains("batchSize was 12 and is 15"));
    }

    [TestCase(0)]
    [TestCase(2)]
    public void Fit_OneRankFails_AllEndWithTheReason(int failing)
    {
        using var folder = new TemporaryFolder();
        int opened = 0;
        var training = new RankTraining
        {
            BatchSize = 4,
            Trainer = RankTraining.Options with { OutputFolder = folder.Path, CheckpointEverySteps = 1 },
        };
        Exception?[] ends = [.. ThreadGroup.Run(3, group => (group.Rank != failing ? training : training with
        {
            Opening = _ =>
            {
                if (Interlocked.Increment(ref opened) == 60)
                {
                    throw new InvalidOperationException("the drive is gone");
                }
            },
        }).Run(group)).Select(end => end.Error)];
        Assert.That(ends[failing], Is.InstanceOf<ActionRecognitionException>().And.Not.InstanceOf<RankFailedException>());
        foreach (int other in Enumerable.Range(0, 3).Where(rank => rank != failing))
        {
            Assert.That(ends[other], Is.InstanceOf<RankFailedException>().With.Message.Contains($"Rank {failing} of 3 failed: Loading").And
                .Message.Contains("the drive is gone"));
            Assert.That(((RankFailedException)ends[other]!).Rank, Is.EqualTo(failing));
        }

        string path = folder[UcfActionRecognition.Trainer.LastCheckpoint];
        Assert.That(failing == 0 || ends[0]!.Message.Contains($"The last good checkpoint is '{path}', of step"), ends[0]!.Message);
        using TinyModel model = TrainingSetup.Load(path);
    }

    // With BatchNorms on batch statistics, what an unfinished step did to them must not be saved.
    [Test]
    public void Fit_OneRankIsCancelled_AllStopAndRank0Saves([Values(0, 1)] int cancelled, [Values] BatchNormMode batchNorm)
    {
        var training = new RankTraining { BatchSize = 6, BatchNorm = batchNorm, Validates = false };
        (TrainingResult whole, float[] expected) = ThreadGroup.RunAll(2, training.Run)[0];
        using var folder = new TemporaryFolder();
        using var cancel = new CancellationTokenSource();
        int opened = 0;
        training = training with { Trainer = RankTraining.Options with { OutputFolder = folder.Path, Resume = true } };
        Exception?[] ends = [.. ThreadGroup.Run(2, group => (group.Rank != cancelled ? training : training with
        {
            Cancel = cancel.Token,
            Opening = _ =>
            {
                if (Interlocked.Increment(ref opened) == 50)
                {
                    cancel.Cancel();
                }
            },
        }).Run(group)).Select(end => end.Error)];
        Assert.That(ends, Is.All.InstanceOf<OperationCanceledException>());
        Assert.That(ends[0]!.Message, Does.Contain("holds all of it"));

        (TrainingResult result, float[] parameters) = ThreadGroup.RunAll(2, training.Run)[0];
        Assert.That(parameters, Is.EqualTo(expected));
        AssertSame(result, whole);
    }

    [Test]
    public void Fit_BrokenVideos_AreNamedOnceAndReplacedAsInOneProcess()
    {
        var training = new RankTraining { BatchSize = 6, Broken = ["Class1/4", "Class2/11"] };
        (TrainingResult whole, float[] expected) = (training with { BatchSize = 12 }).Run();
        (TrainingResult result, float[] parameters) = ThreadGroup.RunAll(2, training.Run)[0];
        Assert.That(parameters, Is.EqualTo(expected).Within(Tolerance));
        AssertSame(result, whole);
        Assert.That(result.Epochs[0].Failures.Select(failure => failure.Video), Is.EquivalentTo(new[] { "Class1/4", "Class2/11" }));
    }

    // Two of each rank's videos, four together.
    [Test]
    public void Fit_TooManyBrokenVideosInAllRanksTogether_EndsAll()
    {
        var training = new RankTraining { BatchSize = 6, Broken = ["Class1/4", "Class2/11", "Class0/0", "Class0/21"], MaxFailureShare = 0.15 };
        Exception?[] ends = [.. ThreadGroup.Run(2, training.Run).Select(end => end.Error)];
        Assert.That(ends, Is.All.InstanceOf<ActionRecognitionException>().With.Message.Contains("4 of 24 videos could not be read"));
    }

    [Test]
    public void Fit_UnwritableFolder_EndsAllBeforeTheFirstStep()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "");
        var training = new RankTraining { BatchSize = 6, Trainer = RankTraining.Options with { OutputFolder = folder["file"] } };
        Exception?[] ends = [.. ThreadGroup.Run(2, training.Run).Select(end => end.Error)];
        Assert.That(ends[0], Is.InstanceOf<ActionRecognitionException>().With.Message.Contains("cannot be locked for writing"));
        Assert.That(ends[1], Is.InstanceOf<RankFailedException>().With.Message.Contains("Rank 0 of 2 failed: ").And.Message.Contains("cannot be locked for writing"));
    }

    private static IEnumerable<TestCaseData> OtherSettings()
    {
        var training = new RankTraining { BatchSize = 6 };
        yield return new TestCaseData(training with { Videos = 20 }, "videos was 24").SetArgDisplayNames("videos");
        yield return new TestCaseData(training with { BatchSize = 5 }, "batchSize was 6 and is 5").SetArgDisplayNames("batch size");
        yield return new TestCaseData(training with { Validates = false }, "and is none").SetArgDisplayNames("validation");
        yield return new TestCaseData(training with { Trainer = RankTraining.Options with { Epochs = 3 } }, "epochs was 10 and is 3").SetArgDisplayNames("epochs");
        yield return new TestCaseData(training with { Trainer = RankTraining.Options with { Optimizer = new AdamOptions() } }, "optimizer was ")
            .SetArgDisplayNames("optimizer");
    }

    [TestCaseSource(nameof(OtherSettings))]
    public void Fit_RanksWithOtherSettings_IsRefused(object other, string difference)
    {
        Exception?[] ends = [.. ThreadGroup.Run(2, group => (group.Rank == 0 ? new RankTraining { BatchSize = 6 } : (RankTraining)other).Run(group))
            .Select(end => end.Error)];
        Assert.That(ends[1], Is.InstanceOf<ArgumentException>().With.Message.Contains(difference));
        Assert.That(ends[0], Is.InstanceOf<RankFailedException>().With.Message.Contains("All processes have to train the same"));
    }

    [Test]
    public void Fit_OneRankFailsInAValidation_TheOthersHearOfItAfterTheirBatch()
    {
        int opened = 0;
        var training = new RankTraining { BatchSize = 1, Trainer = RankTraining.Options with { LimitBatches = 1 } };
        Exception?[] ends = [.. ThreadGroup.Run(2, group => (training with
        {
            ValidationOpening = _ =>
            {
                if (group.Rank == 1)
                {
                    throw new InvalidOperationException("the drive is gone");
                }

                Interlocked.Increment(ref opened);
            },
        }).Run(group)).Select(end => end.Error)];
        Assert.That(ends[0], Is.InstanceOf<RankFailedException>().With.Message.Contains("the drive is gone"));
        Assert.That(opened, Is.LessThan(12), "not all of its videos");
    }

    [Test]
    public void Fit_ACallbackThatTimesOut_IsAFailureAndNoCancellation()
    {
        Exception?[] ends = [.. ThreadGroup.Run(2, group => new RankTraining
        {
            BatchSize = 6,
            Trainer = RankTraining.Options with { Callbacks = group.Rank == 0 ? [] : [new NotingCallback("", [], stepEnd: _ => throw new TaskCanceledException("no answer"))] },
        }.Run(group)).Select(end => end.Error)];
        Assert.That(ends[1], Is.InstanceOf<TaskCanceledException>());
        Assert.That(ends[0], Is.InstanceOf<RankFailedException>().With.Message.Contains("TaskCanceledException: no answer"));
    }

    [Test]
    public void Fit_Rank0CannotWriteTheCheckpoint_AllFail()
    {
        using var folder = new TemporaryFolder();
        Exception?[] ends = [.. ThreadGroup.Run(2, group => new RankTraining
        {
            BatchSize = 6,
            Trainer = RankTraining.Options with { OutputFolder = folder.Path, Callbacks = [new NotingCallback("", [], stepEnd: _ => Directory.CreateDirectory(folder[Trainer.LastCheckpoint]))] },
        }.Run(group)).Select(end => end.Error)];
        Assert.That(ends[0], Is.InstanceOf<IOException>().Or.InstanceOf<UnauthorizedAccessException>());
        Assert.That(ends[1], Is.InstanceOf<RankFailedException>().With.Message.Contains("Rank 0 of 2 failed: "));
    }

    [Test]
    public void Fit_BatchNormsInTrainingMode_KeepTheStatisticsOfRank0()
    {
        var own = new float[2][];
        (TrainingResult _, float[] Parameters)[] ranks = ThreadGroup.RunAll(2, group => new RankTraining
        {
            BatchSize = 6,
            BatchNorm = BatchNormMode.Train,
            Trainer = RankTraining.Options with { MaxSteps = 1, Callbacks = [new NotingCallback("", [], stepEnd: step => own[group.Rank] = [.. step.Model.state_dict()["bn1.running_mean"].data<float>()])] },
        }.Run(group));
        Assert.That(own[1], Is.Not.EqualTo(own[0]), "each has seen its own part");
        Assert.That(string.Join(',', ranks[1].Parameters), Contains.Substring(string.Join(',', own[0])));
    }

    [Test]
    public void Sum_InManyBuckets_IsTheSame([Values(1, 100, 1000, 1 << 20)] int bucketBytes)
    {
        float[]?[][] sums = ThreadGroup.RunAll(3, group =>
        {
            using DisposeScope scope = torch.NewDisposeScope();
            using TinyModel model = TrainingSetup.Model();
            OptimizedParameter[] parameters = [.. model.TrainableParameters().Select(named => new OptimizedParameter(named.Name, named.Parameter))];
            for (int i = 0; i < parameters.Length; i++)
            {
                // The first has none anywhere, the second in rank 1 alone.
                parameters[i].Parameter.grad = i == 0 || (i == 1 && group.Rank != 1) ? null : torch.full_like(parameters[i].Parameter, i + group.Rank);
            }

            using var buckets = new GradientBuckets(parameters, new Ranks(group, default), bucketBytes);
            buckets.Sum();
            buckets.Sum();
            return parameters.Select(entry => entry.Parameter.grad?.data<float>().ToArray()).ToArray();
        });
        foreach (float[]?[] rank in sums)
        {
            Assert.That(rank[0], Is.Null);
            Assert.That(rank[1], Is.All.EqualTo(3 * 2));
            for (int i = 2; i < rank.Length; i++)
            {
                Assert.That(rank[i], Is.All.EqualTo(3 * ((3 * i) + 3)));
            }
        }
    }

    [Test]
    public void Fit_InAGroup_Rank0AloneReportsAndWrites()
    {
        using var folder = new TemporaryFolder();
        var reports = new List<(int Rank, TrainingProgress Progress)>();
        ThreadGroup.RunAll(3, group => new RankTraining
        {
            BatchSize = 4,
            Trainer = RankTraining.Options with { Epochs = 1, OutputFolder = group.Rank == 0 ? folder.Path : folder["nobody's"], KeepBest = true },
            Progress = progress => reports.Add((group.Rank, progress)),
        }.Run(group));
        Assert.Multiple(() =>
        {
            Assert.That(reports.Select(report => report.Rank), Is.EqualTo(new[] { 0, 0 }));
            Assert.That(reports.Select(report => report.Progress.Clips), Is.EqualTo(new long[] { 12, 24 }), "sums over the ranks");
            Assert.That(folder.Files(), Is.EqualTo(new[] { "checkpoint-best.safetensors", "checkpoint-last.safetensors", "metrics.csv" }));
        });
    }

    [Test]
    public void Fit_ACallbackOfOneRankStops_AllEndWithThatStep()
    {
        TrainingResult[] results = [.. ThreadGroup.RunAll(2, group => new RankTraining
        {
            BatchSize = 6,
            Trainer = RankTraining.Options with { Callbacks = group.Rank == 0 ? [] : [new NotingCallback("", [], stopAt: 3)] },
        }.Run(group)).Select(end => end.Result)];
        Assert.That(results.Select(result => (result.Steps, result.End)), Is.All.EqualTo((3L, TrainingEnd.Callback)));
    }

    [Test]
    public void DryRun_InAGroup_LeavesModelAndFolderAsTheyWere()
    {
        using var folder = new TemporaryFolder();
        bool[] same = ThreadGroup.RunAll(2, group =>
        {
            using TinyModel model = TrainingSetup.Model();
            string before = model.ComputeHash();
            using ClipLoader loader = TrainingSetup.Loader(model);
            new Trainer(RankTraining.Options with { ProcessGroup = group, OutputFolder = folder.Path }).DryRun(model, loader, loader);
            return model.ComputeHash() == before;
        });
        Assert.That(same, Is.All.True);
        Assert.That(folder.Files(), Is.Empty);
    }

    private static void Zero(TinyModel model)
    {
        using IDisposable mode = torch.no_grad();
        foreach (torch.Tensor value in model.state_dict().Values)
        {
            value.zero_();
        }
    }

    private static void AssertSame(TrainingResult result, TrainingResult whole)
    {
        Assert.That(result.Steps, Is.EqualTo(whole.Steps));
        Assert.That(result.Epochs.Select(epoch => epoch.Clips), Is.EqualTo(whole.Epochs.Select(epoch => epoch.Clips)));
        Assert.That(result.Epochs.Select(epoch => epoch.Train.Loss), Is.EqualTo(whole.Epochs.Select(epoch => epoch.Train.Loss)).Within(1e-4));
        Assert.That(result.Epochs.Select(epoch => epoch.Train.Accuracy), Is.EqualTo(whole.Epochs.Select(epoch => epoch.Train.Accuracy)));
        Assert.That(
            result.Validations.Select(validation => validation.Metrics.Loss), Is.EqualTo(whole.Validations.Select(validation => validation.Metrics.Loss)).Within(1e-4));
        Assert.That(
            result.Validations.Select(validation => validation.Metrics.Accuracy), Is.EqualTo(whole.Validations.Select(validation => validation.Metrics.Accuracy)));
    }
}
