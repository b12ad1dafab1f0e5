using System.Globalization;

namespace UcfActionRecognition;

/// <summary>One number for each colour channel, in the order red, green, blue.</summary>
/// <param name="Red">The red channel's number.</param>
/// <param name="Green">The green channel's number.</param>
/// <param name="Blue">The blue channel's number.</param>
public readonly record struct RgbValues(double Red, double Green, double Blue)
{
    /// <summary>The three numbers in parentheses, for messages.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"({Red}, {Green}, {Blue})");

    internal double[] ToArray() => [Red, Green, Blue];
}
