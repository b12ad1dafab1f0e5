namespace UcfActionRecognition.Tests.Sources;

public class LeastRecentlyUsedTests
{
    [Test]
    public void Set_PastTheCapacity_ForgetsWhatWasNotUsedForLongest()
    {
        var cache = new LeastRecentlyUsed<string, int>(3);
        cache.Set("a", 1);
        cache.Set("b", 2);
        cache.Set("c", 3);
        cache.TryGet("a", out _);
        cache.Set("d", 4);
        Assert.That(Kept(cache, "a", "b", "c", "d"), Is.EqualTo(new[] { "a1", "c3", "d4" }));
    }

    [Test]
    public void Set_AKeyThatIsThere_ReplacesItsValueAndCountsAsUse()
    {
        var cache = new LeastRecentlyUsed<string, int>(2);
        cache.Set("a", 1);
        cache.Set("b", 2);
        cache.Set("a", 3);
        cache.Set("c", 4);
        Assert.That(Kept(cache, "a", "b", "c"), Is.EqualTo(new[] { "a3", "c4" }));
    }

    private static string[] Kept(LeastRecentlyUsed<string, int> cache, params string[] keys) =>
        [.. keys.Where(key => cache.TryGet(key, out _)).Select(key => cache.TryGet(key, out int value) ? key + value : "")];
}
