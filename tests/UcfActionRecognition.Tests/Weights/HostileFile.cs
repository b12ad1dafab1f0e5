using System.Diagnostics;
using TorchSharp;
using UcfActionRecognition.Tests.Models;

namespace UcfActionRecognition.Tests.Weights;

/// <summary>What comes of a file of torch.save that may be hostile.</summary>
internal static class HostileFile
{
    private const long MemoryForSmallFiles = 1 << 20;

    /// <summary>Nothing but a WeightsFormatException that says so in few words, in bounded time and memory.</summary>
    public static void Refused(byte[] content, string message, long memory = MemoryForSmallFiles)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["f"], content);
        long before = GC.GetAllocatedBytesForCurrentThread();
        var time = Stopwatch.StartNew();

        string found = Assert.Throws<WeightsFormatException>(() => ReadAll(folder["f"]))!.Message;

        Assert.That(found, Does.StartWith(folder["f"]).And.Contains(message));
        IsPlain(found);
        Assert.That(time.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(memory));
    }

    /// <summary>A message that a file cannot make long, or draw with on a terminal.</summary>
    public static void IsPlain(string message)
    {
        Assert.That(message, Has.Length.LessThan(1000));
        Assert.That(message.Where(char.IsControl), Is.Empty, message);
    }

    public static string[] ReadAll(byte[] content)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["f"], content);
        return ReadAll(folder["f"]);
    }

    private static string[] ReadAll(string path)
    {
        using PyTorchFile file = PyTorchFile.Open(path);
        return [.. file.Entries.Keys.Order(StringComparer.Ordinal).Select(Line)];

        string Line(string name)
        {
            using torch.Tensor tensor = file.Read(name);
            return $"{name}: {string.Join(", ", TestModels.Values(tensor))}";
        }
    }
}
