namespace UcfActionRecognition;

/// <summary>
/// The random numbers of one clip. The stream is a function of (seed, epoch, video, view) alone, so what a clip looks
/// like depends neither on the number of workers nor on their timing. Samplers and augmentations just draw from it.
/// </summary>
/// <remarks>
/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014), started at a hash
/// of the four keys. Not for cryptography. Not safe for concurrent use.
/// </remarks>
public sealed class ClipRandom
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;
    private ulong _clips; // the hash of the keys that all views of a video share
    private ulong _state;

    /// <summary>Starts the stream of one clip.</summary>
    public ClipRandom(long seed, int epoch, int video, int view) => Reseed(seed, epoch, video, view);

    /// <summary>Starts the stream of another clip.</summary>
    internal void Reseed(long seed, int epoch, int video, int view)
    {
        ulong key = Mix((ulong)seed + GoldenGamma);
        key = Mix(key ^ (uint)epoch);
        key = Mix(key + GoldenGamma ^ (uint)video);
        _clips = key;
        StartView(view);
    }

    /// <summary>Starts the stream of another view of the same video.</summary>
    internal void StartView(int view) => _state = Mix(_clips + GoldenGamma ^ (uint)view);

    /// <summary>A uniform integer in <c>0 .. exclusiveMaximum - 1</c>, without modulo bias.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="exclusiveMaximum"/> is not positive.</exception>
    public int Next(int exclusiveMaximum)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exclusiveMaximum);

        // Lemire, "Fast random integer generation in an interval", 2019: multiply, and reject the few biased products.
        ulong bound = (ulong)exclusiveMaximum;
        ulong high = Math.BigMul(NextBits(), bound, out ulong low);
        if (low < bound)
        {
            ulong threshold = (0 - bound) % bound;
            while (low < threshold)
            {
                high = Math.BigMul(NextBits(), bound, out low);
            }
        }

        return (int)high;
    }

    /// <summary>A uniform integer in <c>minimum .. maximum</c>, both included.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maximum"/> is below <paramref name="minimum"/>, or the range holds more than 2^31 - 1 values.</exception>
    public int Next(int minimum, int maximum)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximum, minimum);
        long count = (long)maximum - minimum + 1;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, int.MaxValue, nameof(maximum));
        return minimum + Next((int)count);
    }

    /// <summary>A uniform number in <c>[0, 1)</c>, a multiple of 2^-53.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary><see langword="true"/> with the given probability, 0 to 1.</summary>
    public bool NextBoolean(double probability) => NextDouble() < probability;

    /// <summary>Puts the items in a uniformly random order (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int last = items.Length - 1; last > 0; last--)
        {
            int other = Next(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    private ulong NextBits() => Mix(_state += GoldenGamma);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
