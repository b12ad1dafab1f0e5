using TorchSharp;

namespace UcfActionRecognition;

/// <summary>A tensor of a file: which elements of a storage it is made of. It has been checked that the storage has them.</summary>
internal sealed class PyTorchTensor
{
    // More dimensions than any operator of torch takes.
    public const int MaximumDimensions = 64;

    private PyTorchTensor(PyTorchStorageView view, long offset, long[] shape, long[] strides)
    {
        Storage = view.Storage;
        Offset = view.Offset + offset;
        Shape = shape;
        Strides = strides;
        Elements = Product(shape);
        Span = Elements == 0 ? 0 : Checked(LastElement(shape, strides), 1, add: 1);
        if (offset < 0 || offset > view.Elements || Span > view.Elements - offset)
        {
            throw new FormatException(
                $"a tensor [{Shown(shape)}] of strides [{Shown(strides)}] at {offset} needs more than the {view.Elements} elements of "
                + $"storage '{ErrorText.Shortened(Storage.Key)}'.");
        }
    }

    public PyTorchStorage Storage { get; }

    public torch.ScalarType Type => Storage.Type.Type;

    /// <summary>The first element's index in the storage.</summary>
    public long Offset { get; }

    public long[] Shape { get; }

    /// <summary>Elements from one index to the next, by dimension; 1 where there is only one index.</summary>
    public long[] Strides { get; }

    public long Elements { get; }

    /// <summary>How many elements of the storage lie from the first to the last of the tensor.</summary>
    public long Span { get; }

    public bool IsRowMajor
    {
        get
        {
            long expected = 1;
            for (int dimension = Shape.Length - 1; dimension >= 0; dimension--)
            {
                if (Shape[dimension] != 1 && Strides[dimension] != expected)
                {
                    return Elements == 0;
                }

                expected *= Shape[dimension];
            }

            return true;
        }
    }

    /// <summary>What <c>torch._utils._rebuild_tensor(storage, offset, shape, strides)</c> gives.</summary>
    /// <exception cref="FormatException">The storage does not have these elements.</exception>
    public static PyTorchTensor Rebuild(PickleReader reader, IReadOnlyList<object?> arguments)
    {
        if (arguments is not [PyTorchStorageView view, long offset, PickleTuple shape, PickleTuple strides, ..]
            || shape.Items.Count != strides.Items.Count)
        {
            throw new FormatException("a tensor is made of something else than a storage, an offset, a shape and as many strides.");
        }

        reader.Count(2 * shape.Items.Count);
        return Of(view, offset, Numbers(shape), Numbers(strides));
    }

    /// <summary>A tensor of a storage's elements.</summary>
    /// <exception cref="FormatException">The storage does not have them.</exception>
    public static PyTorchTensor Of(PyTorchStorageView view, long offset, long[] shape, long[] strides)
    {
        if (shape.Length > MaximumDimensions || shape.Concat(strides).Any(number => number < 0))
        {
            throw NoNumbers();
        }

        long[] steps = [.. shape.Zip(strides, (length, stride) => length <= 1 ? 1 : stride)];
        return new PyTorchTensor(view, offset, shape, steps);
    }

    private static long[] Numbers(PickleTuple tuple) =>
        tuple.Items.All(item => item is long) ? [.. tuple.Items.Select(item => (long)item!)] : throw NoNumbers();

    private static string Shown(long[] numbers) => ErrorText.Shortened(string.Join(", ", numbers));

    private static FormatException NoNumbers() =>
        new($"a tensor's shape or strides are something else than up to {MaximumDimensions} integers from 0 on.");

    // Lengths beside a 0 count too: torch multiplies them for the strides, and elements by 16 bytes at most.
    private static long Product(long[] shape)
    {
        long product = 16;
        foreach (long length in shape.Where(length => length != 0))
        {
            product = Checked(product, length, add: 0);
        }

        return shape.Contains(0) ? 0 : product / 16;
    }

    private static long LastElement(long[] shape, long[] strides) =>
        shape.Zip(strides).Aggregate(0L, (sum, dimension) => Checked(dimension.First - 1, dimension.Second, sum));

    private static long Checked(long first, long second, long add)
    {
        try
        {
            return checked((first * second) + add);
        }
        catch (OverflowException failure)
        {
            throw new FormatException("a tensor has more elements than can be counted.", failure);
        }
    }
}
