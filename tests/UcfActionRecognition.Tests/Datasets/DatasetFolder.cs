namespace UcfActionRecognition.Tests.Datasets;

internal static class DatasetFolder
{
    /// <summary>Makes empty files, and the folders that they are in.</summary>
    public static void Write(this TemporaryFolder folder, params string[] names)
    {
        foreach (string name in names)
        {
            folder.WriteText(name, "");
        }
    }

    public static void WriteText(this TemporaryFolder folder, string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
        File.WriteAllText(folder[name], text);
    }

    /// <summary>The lines of the error that lists the problems.</summary>
    public static string[] Problems(Func<ActionDataset> load) => Assert.Throws<DatasetFormatException>(() => load())!.Message.Split(Environment.NewLine);
}
