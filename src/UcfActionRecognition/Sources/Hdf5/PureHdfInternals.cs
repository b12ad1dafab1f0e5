using System.Collections;
using System.Reflection;
using PureHDF.VOL.Native;

namespace UcfActionRecognition;

/// <summary>
/// What PureHDF 2.2 knows about a file but does not tell, read by reflection: whether following it would open other files.
/// </summary>
/// <remarks>
/// PureHDF opens whatever path an external link or an external storage list names, and a soft link to itself recurses until
/// the process dies. A video is one file, so both are refused before they are followed. Tests hold these names against the pinned version.
/// </remarks>
internal static class PureHdfInternals
{
    /// <summary>The links of a group whose header lists them (new-style groups): name and whether the link is a hard one.</summary>
    public static IReadOnlyList<(string Name, bool IsHard)> CompactLinks(NativeGroup group)
    {
        var links = new List<(string, bool)>();
        foreach (object data in HeaderMessages(group).Where(data => data.GetType().Name == "LinkMessage"))
        {
            string name = (string)Get(data, data.GetType(), "LinkName")!;
            object target = Get(data, data.GetType(), "LinkInfo")!;
            links.Add((name, target.GetType().Name == "HardLinkInfo"));
        }

        return links;
    }

    /// <summary>Whether a group lists its links in a symbol table (old-style groups), which holds hard and soft links only.</summary>
    public static bool HasSymbolTable(NativeGroup group) =>
        HeaderMessages(group).Any(data => data.GetType().Name == "SymbolTableMessage");

    /// <summary>Whether a dataset's bytes lie in other files (HDF5 external storage).</summary>
    public static bool HasExternalStorage(NativeDataset dataset) =>
        Get(dataset, typeof(NativeDataset), "InternalExternalFileList") is not null;

    /// <summary>The file a dataset was found in; another one than the opened file when an external link led there.</summary>
    public static NativeFile OwningFile(NativeObject item)
    {
        object context = Get(item, typeof(NativeObject), "Context")!;
        return (NativeFile)Get(context, context.GetType(), "File")!;
    }

    private static IEnumerable<object> HeaderMessages(NativeObject item)
    {
        object header = Get(item, typeof(NativeObject), "Header")!;
        foreach (object message in (IEnumerable)Get(header, header.GetType(), "HeaderMessages")!)
        {
            yield return Get(message, message.GetType(), "Data")!;
        }
    }

    private static object? Get(object item, Type type, string property)
    {
        PropertyInfo found = type.GetProperty(property, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            ?? throw new ActionRecognitionException($"This version of PureHDF has no {type.Name}.{property}. Reference version 2.2.0 of the package.");
        return found.GetValue(item);
    }
}
