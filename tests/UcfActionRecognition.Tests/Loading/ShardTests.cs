using CsCheck;

namespace UcfActionRecognition.Tests.Loading;

public class ShardTests
{
    private static readonly Gen<Shard> Shards =
        from count in Gen.Int[1, 70]
        from index in Gen.Int[0, count - 1]
        select new Shard(index, count);

    [Test]
    public void Of_AllShards_AreTheListInWholeBlocks() =>
        Gen.Select(Gen.Int[0, 700], Gen.Int[1, 70]).Sample((items, count) =>
        {
            int[] list = [.. Enumerable.Range(0, items)];
            IReadOnlyList<int>[] parts = [.. Enumerable.Range(0, count).Select(index => new Shard(index, count).Of(list))];
            Assert.That(parts.SelectMany(part => part), Is.EqualTo(list));
            Assert.That(parts.Where(part => part.Count > 0).Select(part => part[0] % 16), Is.All.Zero);
            Assert.That(parts.Max(part => part.Count) - parts.Min(part => part.Count), Is.LessThanOrEqualTo(16));
        });

    [Test]
    public void Parse_WhatToStringGives_IsTheSame() => Shards.Sample(shard => Assert.That(Shard.Parse(shard.ToString()), Is.EqualTo(shard)));

    [Test]
    public void Whole_IsTheDefaultAndAllOfAList()
    {
        int[] list = [.. Enumerable.Range(0, 37)];
        Assert.Multiple(() =>
        {
            Assert.That((Shard.Whole.Index, Shard.Whole.Count, Shard.Whole.ToString()), Is.EqualTo((0, 1, "1/1")));
            Assert.That(Shard.Whole, Is.EqualTo(new Shard(0, 1)).And.EqualTo(Shard.Parse("1/1")));
            Assert.That(new Shard(0, 2), Is.Not.EqualTo(Shard.Whole));
            Assert.That(Shard.Whole.Of(list), Is.EqualTo(list));
        });
    }

    [Test]
    public void Of_MoreItemsThanTheProductOfIntegersHolds_IsExact()
    {
        var last = new Shard(int.MaxValue - 1, int.MaxValue);
        Assert.That(last.Of(Enumerable.Range(0, 100).ToArray()), Is.EqualTo(new[] { 96, 97, 98, 99 }));
    }

    [Test]
    public void Parse_CountsFromOne() => Assert.That(Shard.Parse("2/4"), Is.EqualTo(new Shard(1, 4)));

    [TestCase("")]
    [TestCase("2")]
    [TestCase("0/4")]
    [TestCase("5/4")]
    [TestCase("-1/4")]
    [TestCase("1/0")]
    [TestCase("1/4/2")]
    [TestCase(" 1/4")]
    [TestCase("1/99999999999")]
    [TestCase("a/b")]
    public void Parse_NoShard_SaysWhatOneIs(string text) => Assert.That(
        () => Shard.Parse(text), Throws.ArgumentException.With.Message.StartsWith($"'{text}' is no shard. A shard is its number and how many there are, from 1/4 to 4/4."));

    [TestCase(-1, 4)]
    [TestCase(4, 4)]
    [TestCase(0, 0)]
    public void Constructor_NoShard_Throws(int index, int count) => Assert.That(() => new Shard(index, count), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [TestCase("JOB_COMPLETION_INDEX=2 JOB_COMPLETIONS=5", "3/5")]
    [TestCase("SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=4 SLURM_ARRAY_TASK_COUNT=4", "3/4")]
    [TestCase("SLURM_ARRAY_TASK_ID=9 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=13 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_STEP=4", "3/4")]
    [TestCase("SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_COUNT=4", "1/4")]
    [TestCase("OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=2", "2/2")]
    [TestCase("PMI_RANK=1 PMI_SIZE=2", "2/2")]
    [TestCase("SLURM_PROCID=1 SLURM_STEP_NUM_TASKS=3 SLURM_NTASKS=8", "2/3")]
    [TestCase("SLURM_PROCID=0 SLURM_STEP_NUM_TASKS=1", "1/1")]
    [TestCase("OMPI_COMM_WORLD_RANK=3 OMPI_COMM_WORLD_SIZE=4 SLURM_PROCID=1 SLURM_STEP_NUM_TASKS=2", "4/4")]
    [TestCase("PMI_RANK=3 PMI_SIZE=4 SLURM_PROCID=3 SLURM_STEP_NUM_TASKS=4", "4/4")]
    [TestCase("SLURM_ARRAY_TASK_ID=2 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_COUNT=3 SLURM_PROCID=1 SLURM_STEP_NUM_TASKS=4", "10/12")]
    [TestCase("SLURM_ARRAY_TASK_ID=2 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_COUNT=3 SLURM_PROCID=0 SLURM_NTASKS=4", "3/3")]
    [TestCase("JOB_COMPLETION_INDEX=1 JOB_COMPLETIONS=2 OMPI_COMM_WORLD_RANK=0 OMPI_COMM_WORLD_SIZE=2", "3/4")]
    public void FromEnvironment_OfEachSystem_IsItsShard(string environment, string shard) => Assert.That(FromEnvironment(environment).ToString(), Is.EqualTo(shard));

    [TestCase("", "Nothing in the environment says which shard this process is: neither JOB_COMPLETION_INDEX")]
    [TestCase("SLURM_PROCID=0 SLURM_NTASKS=4", "Nothing in the environment says which shard this process is")]
    [TestCase("JOB_COMPLETION_INDEX=2", "JOB_COMPLETION_INDEX is 2, but JOB_COMPLETIONS is not set, and Kubernetes does not set it. Set it in the manifest's env")]
    [TestCase("JOB_COMPLETION_INDEX=2 JOB_COMPLETIONS=2", "JOB_COMPLETION_INDEX says that this is process 2 from 0, and JOB_COMPLETIONS that there are 2.")]
    [TestCase("JOB_COMPLETION_INDEX=two JOB_COMPLETIONS=2", "JOB_COMPLETION_INDEX is 'two'; expected a number, 0 or more.")]
    [TestCase("OMPI_COMM_WORLD_RANK=0", "OMPI_COMM_WORLD_SIZE is not set, so the shards cannot be counted.")]
    [TestCase("PMI_RANK=-1 PMI_SIZE=2", "PMI_RANK is '-1'; expected a number, 0 or more.")]
    [TestCase("SLURM_ARRAY_TASK_ID=3", "SLURM_ARRAY_TASK_MIN is not set")]
    [TestCase("SLURM_ARRAY_TASK_ID=5 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=7 SLURM_ARRAY_TASK_COUNT=3", "as the array has gaps. Take an array such as --array=0-3")]
    [TestCase("SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_COUNT=3", "as the array has gaps")]
    [TestCase("SLURM_ARRAY_TASK_ID=9 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_COUNT=3", "SLURM_ARRAY_TASK_ID says that this is process 8 from 0")]
    [TestCase("JOB_COMPLETION_INDEX=0 JOB_COMPLETIONS=100000 PMI_RANK=0 PMI_SIZE=100000", "100000 jobs of 100000 ranks are more shards than there can be.")]
    public void FromEnvironment_Nonsense_SaysWhatIsWrong(string environment, string message) =>
        Assert.That(() => FromEnvironment(environment), Throws.TypeOf<ActionRecognitionException>().With.Message.Contains(message));

    private static Shard FromEnvironment(string environment)
    {
        Dictionary<string, string> variables = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToDictionary(text => text.Split('=')[0], text => text.Split('=')[1]);
        return Shard.FromEnvironment(name => variables.GetValueOrDefault(name));
    }
}
