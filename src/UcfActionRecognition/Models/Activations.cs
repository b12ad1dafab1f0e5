using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>
/// What a batch has become at one place of a network, in parts along the batch, each made when it is asked for. Layers that treat every clip by
/// itself (all but BatchNorms in training mode) thus take one part through the whole network while it is in the processor's cache, before the next.
/// </summary>
/// <remarks>Parts that nobody has taken belong to the dispose scope around them.</remarks>
internal sealed class Activations
{
    private readonly Tensor?[] _parts;
    private readonly bool[] _taken;
    private readonly Func<int, Tensor> _make;

    /// <summary>Parts that are made on demand, once each.</summary>
    public Activations(int count, ScalarType type, Func<int, Tensor> make)
    {
        _parts = new Tensor?[count];
        _taken = new bool[count];
        _make = make;
        Type = type;
    }

    /// <summary>
    /// A batch in parts of as many clips as asked for; the last has what is left, or that and one more part's, so that it is not a single clip.
    /// </summary>
    /// <remarks>Parts of one size leave holes of one size in the heap, which the next layer's parts fit into.</remarks>
    public static Activations Of(Tensor batch, long clipsOfAPart = long.MaxValue)
    {
        long clips = batch.shape[0];
        long size = Math.Min(clipsOfAPart, clips);
        long count = Math.Max((clips + (size > 1 ? size - 2 : 0)) / size, 1);
        return new Activations((int)count, batch.dtype, part => batch.narrow(0, part * size, part == count - 1 ? clips - (part * size) : size));
    }

    public int Count => _parts.Length;

    /// <summary>The type of the numbers.</summary>
    public ScalarType Type { get; }

    /// <summary>A part, which stays.</summary>
    /// <exception cref="InvalidOperationException">It was taken.</exception>
    public Tensor this[int part] => _taken[part]
        ? throw new InvalidOperationException($"Part {part} was taken before.")
        : _parts[part] ??= _make(part);

    /// <summary>A part, which becomes the caller's.</summary>
    public Tensor Take(int part)
    {
        Tensor taken = this[part];
        _parts[part] = null;
        _taken[part] = true;
        return taken;
    }

    /// <summary>What a layer makes of each part; the part goes unless it is kept.</summary>
    public Activations Through(Func<Tensor, Tensor> layer, bool keep = false, ScalarType? type = null) => new(Count, type ?? Type, part =>
    {
        using Tensor? gone = keep ? null : Take(part);
        return layer(gone ?? this[part]);
    });

    /// <summary>Makes the parts that are not there yet.</summary>
    public void MakeAll()
    {
        for (int part = 0; part < Count; part++)
        {
            _ = this[part];
        }
    }

    /// <summary>The same in numbers of another type.</summary>
    public Activations To(ScalarType type) => type == Type ? this : Through(values => values.to(type), type: type);

    /// <summary>All parts as one tensor, which is the caller's.</summary>
    public Tensor Join()
    {
        if (Count == 1)
        {
            return Take(0);
        }

        Tensor[] parts = [.. Enumerable.Range(0, Count).Select(Take)];
        Tensor joined = cat(parts);
        foreach (Tensor part in parts)
        {
            part.Dispose();
        }

        return joined;
    }
}
