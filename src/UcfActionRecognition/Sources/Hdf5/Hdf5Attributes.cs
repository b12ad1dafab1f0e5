using PureHDF;
using PureHDF.VOL.Native;

namespace UcfActionRecognition;

/// <summary>Reads the attributes of a dataset, in the forms that h5py writes them, without trusting the sizes in the file.</summary>
internal sealed class Hdf5Attributes(NativeDataset dataset, NotingStream stream, long fileLength)
{
    /// <summary>The longest text that is taken.</summary>
    public const int MostCharacters = 4096;

    public bool Has(string name)
    {
        stream.BeginOperation();
        return dataset.AttributeExists(name);
    }

    /// <summary>A text.</summary>
    public string Text(string name) =>
        Texts(name) is [var text] ? text : throw new Hdf5FormatException($"its attribute '{name}' is not one text");

    /// <summary>A list of texts.</summary>
    public string[] Texts(string name)
    {
        IH5Attribute attribute = Find(name);
        if (attribute.Type.Class is not (H5DataTypeClass.String or H5DataTypeClass.VariableLength))
        {
            throw new Hdf5FormatException($"its attribute '{name}' holds {Hdf5Dataset.DescribeType(attribute.Type)}, not text");
        }

        // Saturating keeps the product inside 128 bits.
        stream.BeginTexts(attribute.Space.Dimensions.Aggregate((UInt128)1, (count, size) => UInt128.Min(count, ulong.MaxValue) * size));
        string[] texts = attribute.Space.Type == H5DataspaceType.Scalar ? [attribute.Read<string>()] : attribute.Read<string[]>();

        // A reference to no text reads as null, whatever the type says.
        return Array.TrueForAll(texts, text => text is { Length: <= MostCharacters })
            ? texts
            : throw new Hdf5FormatException($"its attribute '{name}' holds a missing or an endless text");
    }

    /// <summary>A whole number, 1 or more.</summary>
    public int Positive(string name)
    {
        IH5Attribute attribute = Find(name);
        if (attribute.Type.Class != H5DataTypeClass.FixedPoint || attribute.Space.Type != H5DataspaceType.Scalar)
        {
            throw new Hdf5FormatException($"its attribute '{name}' is not one whole number");
        }

        long value = attribute.Type.Size switch
        {
            1 => attribute.Read<byte>(),
            2 => attribute.Read<short>(),
            4 => attribute.Read<int>(),
            _ => attribute.Read<long>(),
        };
        return value is >= 1 and <= int.MaxValue ? (int)value : throw new Hdf5FormatException($"its attribute '{name}' is {value}, not 1 or more");
    }

    /// <summary>A float64 above 0.</summary>
    public double PositiveNumber(string name)
    {
        IH5Attribute attribute = Find(name);
        if (attribute.Type.Class != H5DataTypeClass.FloatingPoint || attribute.Type.Size != sizeof(double) || attribute.Space.Type != H5DataspaceType.Scalar)
        {
            throw new Hdf5FormatException($"its attribute '{name}' is not one float64");
        }

        double value = attribute.Read<double>();
        return value > 0 && double.IsFinite(value) ? value : throw new Hdf5FormatException($"its attribute '{name}' is {value}, not above 0");
    }

    // PureHDF makes room for what the header says before it reads.
    private IH5Attribute Find(string name)
    {
        stream.BeginOperation();
        IH5Attribute attribute = dataset.Attribute(name);
        UInt128 bytes = (UInt128)attribute.Type.Size;
        foreach (ulong size in attribute.Space.Type == H5DataspaceType.Simple ? attribute.Space.Dimensions : [])
        {
            bytes = UInt128.Min(bytes, ulong.MaxValue) * size;
        }

        return bytes > 0 && bytes <= (UInt128)fileLength && attribute.Space.Type != H5DataspaceType.Null
            ? attribute
            : throw new Hdf5FormatException($"its attribute '{name}' says that it takes {bytes} bytes, in a file of {fileLength}");
    }
}
