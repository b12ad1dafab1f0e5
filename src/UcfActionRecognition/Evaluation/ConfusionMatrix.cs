namespace UcfActionRecognition;

/// <summary>Counts of predictions by actual and predicted class.</summary>
public sealed class ConfusionMatrix
{
    private readonly long[,] _counts;

    /// <summary>Creates a matrix of zeros.</summary>
    /// <param name="classes">The classes' names, in the order of the labels; at least one.</param>
    internal ConfusionMatrix(IReadOnlyList<string> classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentOutOfRangeException.ThrowIfZero(classes.Count, nameof(classes));
        Classes = classes;
        _counts = new long[classes.Count, classes.Count];
    }

    /// <summary>The classes' names, in the order of the rows and columns.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>How many examples of <paramref name="actual"/> were predicted as <paramref name="predicted"/>.</summary>
    public long this[int actual, int predicted] => _counts[actual, predicted];

    /// <summary>Counts one prediction.</summary>
    internal void Add(int actual, int predicted) => _counts[actual, predicted]++;

    /// <summary>The counts divided by their row's sum: each row sums to 1, or is all zeros where the class has no example.</summary>
    /// <returns>A new array, actual x predicted.</returns>
    public float[,] RowNormalized()
    {
        int size = Classes.Count;
        var shares = new float[size, size];
        for (int actual = 0; actual < size; actual++)
        {
            long examples = Examples(actual);
            for (int predicted = 0; examples > 0 && predicted < size; predicted++)
            {
                shares[actual, predicted] = (float)((double)_counts[actual, predicted] / examples);
            }
        }

        return shares;
    }

    /// <summary>The elements outside the diagonal that are not 0, with their share of the row, row by row.</summary>
    internal IEnumerable<ConfusedPair> Pairs()
    {
        for (int actual = 0; actual < Classes.Count; actual++)
        {
            long examples = Examples(actual);
            for (int predicted = 0; predicted < Classes.Count; predicted++)
            {
                long count = _counts[actual, predicted];
                if (count > 0 && predicted != actual)
                {
                    yield return new ConfusedPair(Classes[actual], Classes[predicted], (double)count / examples, count);
                }
            }
        }
    }

    private long Examples(int actual)
    {
        long examples = 0;
        for (int predicted = 0; predicted < Classes.Count; predicted++)
        {
            examples += _counts[actual, predicted];
        }

        return examples;
    }

    /// <summary>
    /// Writes the row-normalised matrix for numpy: <c>.npy</c> version 1.0, float32, C order, as <c>numpy.save</c> writes it. The
    /// file is written whole or not at all.
    /// </summary>
    public void SaveRowNormalized(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        NpyFile.Write(path, RowNormalized());
    }
}
