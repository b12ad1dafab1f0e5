using System.Globalization;
using PureHDF;
using PureHDF.VOL.Native;

namespace UcfActionRecognition;

/// <summary>Finds datasets in HDF5 files that may be hostile, and describes them.</summary>
internal static class Hdf5Dataset
{
    /// <summary>Whether the file's top level has something of a name, be it a dataset or not.</summary>
    public static bool Exists(NativeFile file, string name) =>
        PureHdfInternals.CompactLinks(file).Any(link => link.Name == name) || file.LinkExists(name);

    /// <summary>The dataset of a name, inside the file itself.</summary>
    /// <exception cref="Hdf5FormatException">There is none; the message says what there is.</exception>
    public static NativeDataset Find(NativeFile file, string name)
    {
        var links = PureHdfInternals.CompactLinks(file);
        if (links.Any(link => link.Name == name && !link.IsHard))
        {
            throw new Hdf5FormatException($"its '{name}' is a soft or external link, not a dataset of the file itself");
        }

        if (!file.LinkExists(name))
        {
            throw new Hdf5FormatException($"it has no dataset '{name}'; it holds {DescribeContent(file, links)}");
        }

        if (file.Get(name) is not NativeDataset dataset)
        {
            throw new Hdf5FormatException($"its '{name}' is a group or a type, not a dataset");
        }

        if (PureHdfInternals.OwningFile(dataset) != file || PureHdfInternals.HasExternalStorage(dataset))
        {
            throw new Hdf5FormatException($"its dataset '{name}' lies in another file");
        }

        return dataset;
    }

    private static string DescribeContent(NativeFile file, IReadOnlyList<(string Name, bool IsHard)> links)
    {
        const int Most = 10;

        // Listing by PureHDF follows links, so it is left to old-style groups, which cannot hold external ones.
        string[] names = links.Count > 0
            ? [.. links.Select(link => link.Name)]
            : PureHdfInternals.HasSymbolTable(file) ? [.. file.Children().Take(Most + 1).Select(child => child.Name)] : [];
        return names.Length == 0
            ? "nothing at its top level"
            : string.Join(", ", names.Take(Most).Select(found => $"'{found}'")) + (names.Length > Most ? ", ..." : "");
    }

    /// <summary>A type in numpy's words.</summary>
    public static string DescribeType(IH5DataType type) => type.Class switch
    {
        H5DataTypeClass.FixedPoint => $"{(type.FixedPoint.IsSigned ? "int" : "uint")}{type.Size * 8}",
        H5DataTypeClass.FloatingPoint => $"float{type.Size * 8}",
        _ => $"elements of class {type.Class} and {type.Size} bytes",
    };

    /// <summary>A shape as numpy writes it: <c>[16, 240, 320, 3]</c>.</summary>
    public static string DescribeShape(IEnumerable<ulong> shape) =>
        $"[{string.Join(", ", shape.Select(size => size.ToString(CultureInfo.InvariantCulture)))}]";
}
