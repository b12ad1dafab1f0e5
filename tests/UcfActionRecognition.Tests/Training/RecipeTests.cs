namespace UcfActionRecognition.Tests.Training;

public sealed class RecipeTests
{
    private static readonly Dictionary<string, Recipe> Named = new()
    {
        ["frames, assignment"] = Recipe.SingleFrame.Assignment,
        ["frames, recommended"] = Recipe.SingleFrame.Recommended,
        ["clips, assignment"] = Recipe.Sequence.Assignment,
        ["clips, recommended"] = Recipe.Sequence.Recommended,
    };

    private static IEnumerable<string> Names => Named.Keys;

    [TestCaseSource(nameof(Names))]
    public void Json_ReadAgain_IsTheSameRecipe(string name)
    {
        Recipe recipe = Named[name];
        var again = Recipe.FromJson(recipe.ToJson());
        Assert.Multiple(() =>
        {
            Assert.That(again.ToJson(), Is.EqualTo(recipe.ToJson()));
            Assert.That(again.Network, Is.EqualTo(recipe.Network));
            Assert.That((again.TrainingSampler, again.TestSampler), Is.EqualTo((recipe.TrainingSampler, recipe.TestSampler)));
            Assert.That((again.Augmentation, again.TestAugmentation), Is.EqualTo((recipe.Augmentation, recipe.TestAugmentation)));
            Assert.That((again.Training.Optimizer, again.Training.Schedule), Is.EqualTo((recipe.Training.Optimizer, recipe.Training.Schedule)));
            Assert.That(again.Evaluation, Is.EqualTo(recipe.Evaluation));
        });
    }

    [Test]
    public void Json_OfEveryOption_IsReadAgain()
    {
        Recipe recipe = Recipe.Sequence.Recommended with
        {
            Depth = 18,
            Network = new ResNet3DOptions { Size = new FrameSize(120, 160), Layer4Blocks = 1, Shortcut = ShortcutType.A, Seed = 5, NewHead = true, Precision = Precision.BFloat16Backbone },
            TrainingSampler = new RandomSegments(3, 16),
            TestSampler = new SlidingWindow(16, 8),
            Augmentation = AugmentationPipeline.Create().CenterCrop(0.5).RandomCrop(0.3, 0.2).RandomBrightness(3),
            Training = new TrainerOptions
            {
                Epochs = 3,
                MaxSteps = 7,
                LimitBatches = 2,
                LimitValidationBatches = 3,
                Optimizer = new AdamWOptions { Beta2 = 0.99 },
                LearningRate = 0.5,
                BackboneLearningRateFactor = 0.25,
                Schedule = new StepSchedule { EveryEpochs = 4, WarmupEpochs = 0.5 },
                AccumulateBatches = 2,
                MaxGradientNorm = 3,
                LabelSmoothing = 0.25,
                ClassWeights = [1, 0.5],
                SegmentConsensus = true,
                ValidateEverySteps = 9,
                Monitor = MonitoredMetric.Loss,
                EarlyStoppingPatience = 4,
                CheckpointEveryEpochs = 2,
                CheckpointEverySteps = 11,
                KeepLast = 3,
                KeepBest = true,
                TensorBoard = false,
                MaxLoss = 50,
            },
            Evaluation = new EvaluatorOptions { Sampler = new FullSequence(16), Crops = TestCrops.Ten(0.875), FramesPerChunk = 64, MaxActivationBytes = 1L << 33 },
        };
        var again = Recipe.FromJson(recipe.ToJson());
        Assert.Multiple(() =>
        {
            Assert.That(again.ToJson(), Is.EqualTo(recipe.ToJson()));
            Assert.That((again.Network, again.Evaluation), Is.EqualTo((recipe.Network, recipe.Evaluation)));
            Assert.That(again.Training.ClassWeights, Is.EqualTo(recipe.Training.ClassWeights));
        });
    }

    [Test]
    public void Json_HoldsNothingOfTheMachineOrTheRun()
    {
        Recipe recipe = Recipe.SingleFrame.Assignment;
        recipe = recipe with
        {
            Loading = recipe.Loading with { Workers = 77 },
            Training = recipe.Training with { OutputFolder = "somewhere", Resume = true },
            Evaluation = recipe.Evaluation with { PredictionsFolder = "elsewhere" },
        };
        Assert.That(recipe.ToJson(), Is.EqualTo(Recipe.SingleFrame.Assignment.ToJson()));
    }

    // Numbers that people compare: one that changes by mistake would change what everyone measures.
    [TestCaseSource(nameof(Names))]
    public void Json_OfANamedRecipe_IsThatOfItsFile(string name)
    {
        string file = Path.Combine(TestContext.CurrentContext.TestDirectory, "Fixtures", "recipes", name.Replace(", ", "-", StringComparison.Ordinal) + ".json");
        Assert.That(Named[name].ToJson().ReplaceLineEndings(), Is.EqualTo(File.ReadAllText(file).ReplaceLineEndings().TrimEnd()));
    }

    [TestCase("", "The input does not contain any JSON tokens")]
    [TestCase("{}", "missing required properties")]
    [TestCase("null", "null")]
    public void FromJson_NoRecipe_Throws(string json, string reason) =>
        Assert.That(() => Recipe.FromJson(json), Throws.ArgumentException.With.Message.StartsWith("This is no recipe: ").And.Message.Contains(reason));

    [TestCase("\"epochs\": 10", "\"epochs\": 0")]
    [TestCase("\"epochs\": 10", "\"epoch\": 10")]
    [TestCase("\"length\": 1", "\"length\": -1")]
    [TestCase("\"minScale\": 0.7", "\"minScale\": 7")]
    [TestCase("\"$type\": \"adam\"", "\"$type\": \"System.Diagnostics.Process\"")]
    [TestCase("\"batchSize\": 100", "\"batchSize\": 1e9")]
    [TestCase("\"augmentation\": [", "\"augmentation\": [null,")]
    public void FromJson_AWrongValueOrName_Throws(string good, string bad)
    {
        string json = Recipe.SingleFrame.Assignment.ToJson();
        Assert.That(json, Does.Contain(good));
        Assert.That(() => Recipe.FromJson(json.Replace(good, bad, StringComparison.Ordinal)), Throws.ArgumentException.With.Message.StartsWith("This is no recipe: "));
    }

    [Test]
    public void ToJson_OfAnAugmentationOfTheCallersOwn_SaysThatItCannot()
    {
        Recipe recipe = Recipe.SingleFrame.Assignment with { Augmentation = AugmentationPipeline.Create().Then(new Own()) };
        Assert.That(recipe.ToJson, Throws.TypeOf<NotSupportedException>().With.Message.Contains(nameof(Own)));
    }

    private sealed class Own : IAugmentation
    {
        public ClipTransform Apply(ClipTransform transform, ClipRandom random) => transform;
    }
}
