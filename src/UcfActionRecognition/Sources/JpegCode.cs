using System.Runtime.CompilerServices;

namespace UcfActionRecognition;

/// <summary>
/// A decoded Huffman code as one number: bits 0 to 7 its length in bits, 8 to 11 the zeros before the coefficient, 12 to 15 the bits of the
/// coefficient that still follow, 16 to 31 the coefficient where it is known. 0 is no code.
/// </summary>
internal static class JpegCode
{
    public static int Length(int code) => code & 0xFF;

    public static int Zeros(int code) => (code >> 8) & 15;

    public static int FollowingBits(int code) => (code >> 12) & 15;

    public static int Value(int code) => code >> 16;

    public static int OfSymbol(byte symbol, int length) => length | ((symbol >> 4) << 8) | ((symbol & 15) << 12);

    public static int OfValue(int value, int zeros, int length) => length | (zeros << 8) | (value << 16);

    /// <summary>The signed coefficient that <paramref name="size"/> bits stand for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Extend(int bits, int size) => bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits;
}
