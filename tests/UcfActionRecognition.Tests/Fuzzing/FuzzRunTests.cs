namespace UcfActionRecognition.Tests.Fuzzing;

internal sealed class FuzzRunTests
{
    [Test]
    [Platform("Linux")]
    public void Run_MutantsThatKillHangOrFill_AreFoundAndKept_AndTheOthersAreRead()
    {
        using var folder = new TemporaryFolder();
        var limits = new FuzzLimits { TimePerMutant = TimeSpan.FromSeconds(4), ProcessBytes = 300 << 20 };
        FuzzReport report = new FuzzRun("deadly", folder.Path, limits).Run(0, DeadlyTarget.Last + 1, processes: 1);
        Assert.Multiple(() =>
        {
            Assert.That((report.Mutants, report.Reads, report.Refusals), Is.EqualTo((7, 2, 1)), report.ToString);
            Assert.That(report.Findings.Select(finding => (finding.Number, finding.Outcome)), Is.EqualTo(new[]
            {
                (DeadlyTarget.Undocumented, FuzzOutcome.Wrong),
                (DeadlyTarget.Overflow, FuzzOutcome.Died),
                (DeadlyTarget.Hang, FuzzOutcome.Hung),
                (DeadlyTarget.Fill, FuzzOutcome.Memory),
            }));
            Assert.That(report.Findings.Select(finding => File.ReadAllBytes(Path.Combine(finding.Folder, "number")).Single()), Is.EqualTo(new[] { 2, 3, 4, 5 }));
        });
    }

    [Test]
    public void Lookup3_OfTheFixturesSuperblock_IsItsChecksum()
    {
        byte[] file = File.ReadAllBytes(Path.Combine(Sources.Hdf5Fixtures.Folder, "contiguous_latest.hdf5"));
        Assert.That(Lookup3.Hash(file.AsSpan(0, 44)), Is.EqualTo(BitConverter.ToUInt32(file, 44)));
    }
}
