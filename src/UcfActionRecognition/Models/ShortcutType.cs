namespace UcfActionRecognition;

/// <summary>
/// How the input of a residual block gets past it where the block changes its size or its number of channels; the two options of He et
/// al., 2015, section 4.1. It belongs to the weights: the state dicts of the two differ.
/// </summary>
public enum ShortcutType
{
    /// <summary>No parameters: each stride-th value (average pooling of size 1), and zeros for the new channels.</summary>
    A,

    /// <summary>A convolution of size 1 and a BatchNorm: <c>downsample.0</c> and <c>downsample.1</c>.</summary>
    B,
}
