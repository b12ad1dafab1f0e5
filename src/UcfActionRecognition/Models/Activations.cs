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
    private readonly Func<int, Tensor> _make;

    /// <summary>Parts that are made on demand, once each.</summary>
    public Activations(int count, ScalarType type, Func<int, Tensor> make)
    {
        _parts = new Tensor?[count];
        _make = make;
        Type = type;
    }

    /// <summary>A batch in as many parts as asked for, whose sizes differ by at most one.</summary>
    public static Activations Of(Tensor batch, int parts = 1)
    {
        long clips = batch.shape[0];
        return new Activations(parts, batch.dtype, part =>
        {
            long first = part * clips / parts;
            return batch.narrow(0, first, ((part + 1) * clips / parts) - first);
        });
    }

    public int Count => _parts.Length;

    /// <summary>The type of the numbers.</summary>
    public ScalarType Type { get; }

    /// <summary>A part, which stays.</summary>
    public Tensor this[int part] => _parts[part] ??= _make(part);

    /// <summary>A part, which becomes the caller's.</summary>
    public Tensor Take(int part)
    {
        Tensor taken = this[part];
        _parts[part] = null;
        return taken;
    }

    /// <summary>What a layer makes of each part; the part goes unless it is kept.</summary>
    public Activations Through(Func<Tensor, Tensor> layer, bool keep = false) => keep
        ? new Activations(Count, Type, part => layer(this[part]))
        : new Activations(Count, Type, part => AndGone(part, layer));

    /// <summary>The same in numbers of another type.</summary>
    public Activations To(ScalarType type) => type == Type ? this : new Activations(Count, type, part => AndGone(part, values => values.to(type)));

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

    private Tensor AndGone(int part, Func<Tensor, Tensor> layer)
    {
        using Tensor input = Take(part);
        return layer(input);
    }
}
