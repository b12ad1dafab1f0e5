using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>
/// Adds the gradients of several processes up. They go one after another into a buffer of float32, as many at once as a bucket takes, so that there are few
/// messages and little memory; "bucket" is the word of Li et al., "PyTorch Distributed" (2020).
/// </summary>
/// <param name="parameters">The parameters, the same in all processes.</param>
/// <param name="ranks">The processes.</param>
/// <param name="bucketBytes">Bytes of a bucket; a parameter that takes more has one for itself.</param>
internal sealed class GradientBuckets(IReadOnlyList<OptimizedParameter> parameters, Ranks ranks, int bucketBytes = 32 << 20) : IDisposable
{
    private readonly Parameter[][] _buckets = ranks.IsAlone ? [] : [.. Buckets([.. parameters.Select(entry => entry.Parameter)], bucketBytes)];
    private Tensor? _buffer;

    /// <summary>Replaces the gradient of each parameter by the sum over all processes.</summary>
    public void Sum()
    {
        using IDisposable mode = no_grad();
        Ranks.InExchange(() => Array.ForEach(_buckets, Sum));
    }

    public void Dispose() => _buffer?.Dispose();

    private static IEnumerable<Parameter[]> Buckets(Parameter[] parameters, int bucketBytes)
    {
        for (int first = 0, end; first < parameters.Length; first = end)
        {
            long bytes = 0;
            end = first;
            do
            {
                bytes += parameters[end++].numel() * sizeof(float);
            }
            while (end < parameters.Length && bytes + (parameters[end].numel() * sizeof(float)) <= bucketBytes);
            yield return parameters[first..end];
        }
    }

    // Behind the gradients, for each parameter, how many processes have one: where none has, there is still none afterwards.
    private void Sum(Parameter[] bucket)
    {
        using DisposeScope scope = NewDisposeScope();
        long[] lengths = Array.ConvertAll(bucket, parameter => parameter.numel());
        long numbers = lengths.Sum();
        Tensor all = Buffer(numbers + bucket.Length);
        Tensor present = all.narrow(0, numbers, bucket.Length);
        present.copy_(tensor(bucket.Select(parameter => parameter.grad is null ? 0f : 1f).ToArray()));
        Tensor[] parts = all.narrow(0, 0, numbers).split(lengths);
        for (int i = 0; i < bucket.Length; i++)
        {
            Fill(parts[i], bucket[i]);
        }

        ranks.Sum(all.bytes);
        float[] counts = present.data<float>().ToArray();
        for (int i = 0; i < bucket.Length; i++)
        {
            if (counts[i] > 0)
            {
                Take(parts[i], bucket[i]);
            }
        }
    }

    private Tensor Buffer(long numbers)
    {
        if (_buffer is null || _buffer.numel() < numbers)
        {
            _buffer?.Dispose();
            _buffer = empty([numbers], dtype: ScalarType.Float32).DetachFromDisposeScope();
        }

        return _buffer.narrow(0, 0, numbers);
    }

    private static void Fill(Tensor part, Tensor parameter)
    {
        if (parameter.grad is { } gradient)
        {
            part.copy_(gradient.reshape(-1));
        }
        else
        {
            part.zero_();
        }
    }

    private static void Take(Tensor part, Tensor parameter)
    {
        if (parameter.grad is { } gradient)
        {
            gradient.copy_(part.view_as(gradient));
        }
        else
        {
            parameter.grad = part.view_as(parameter).to(parameter.device, copy: true);
        }
    }
}
