using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Logging;

namespace UcfActionRecognition.Tests;

public class LoggingTests
{
    [Test]
    public void Messages_AreThoseOfTheDocumentedTable()
    {
        var messages = typeof(ClipLoader).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .SelectMany(method => method.GetCustomAttributes<LoggerMessageAttribute>())
            .Select(message => (message.EventId, message.Level.ToString().ToLowerInvariant()));
        var table = File.ReadLines(Path.Combine(Repository.Root, "docs", "in-an-application.md"))
            .SkipWhile(line => line != "| id | level | message |").Skip(2).TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .SelectMany(cells => cells[1].Split(", ").Select(id => (int.Parse(id, CultureInfo.InvariantCulture), cells[2])));
        Assert.That(table, Is.EquivalentTo(messages));
    }
}
