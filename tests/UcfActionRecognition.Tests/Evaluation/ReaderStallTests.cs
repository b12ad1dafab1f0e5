using UcfActionRecognition.Tests.Models;

namespace UcfActionRecognition.Tests.Evaluation;

public class ReaderStallTests
{
    [Test]
    public void Read_AVideoHangs_IsNamedAndTheOthersBeforeItCame()
    {
        using var released = new ManualResetEventSlim();
        using var ended = new ManualResetEventSlim();
        var source = new FormulaVideos(32, 32, 6)
        {
            Opening = video =>
            {
                if (video == "Class2/2")
                {
                    released.Wait();
                    ended.Set();
                }
            },
        };
        using ResNet2D model = TestModels.Small();
        var plan = new ClipPlan(model, new() { FramesPerChunk = 6 });
        var reader = new WholeVideoReader(source, plan, new FinishedVideos(), prefetchChunks: 2) { StallTimeout = TimeSpan.FromSeconds(2) };
        int chunks = 0;
        Assert.That(
            () =>
            {
                foreach (ClipChunk chunk in reader.Read(FormulaVideos.Videos(4), default))
                {
                    chunk.Dispose();
                    chunks++;
                }
            },
            Throws.TypeOf<ActionRecognitionException>().With.Message.Matches(
                @"^Reading hangs: nothing came of 'Class2/2' for \d+(\.\d)? s\. Check its disk or network drive\.$"));
        Assert.That(chunks, Is.EqualTo(2));

        // It comes back late, and finds that all is over.
        released.Set();
        Assert.That(ended.Wait(10_000), Is.True);
    }
}
