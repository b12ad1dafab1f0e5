using System.Runtime.CompilerServices;

namespace UcfActionRecognition;

/// <summary>
/// The resampler in vectors. It goes down a strip of rows one block of columns at a time: the block's tables and the sums of the last two
/// source rows stay in registers, and source bytes are loaded once (twice where blocks meet).
/// </summary>
internal static unsafe class VectorSweep
{
    /// <summary>Computes a strip of output rows.</summary>
    /// <param name="rows">The first source row. All of <see cref="ColumnTable.LineBytes"/> of the rows that <paramref name="taps"/> name can be read.</param>
    /// <param name="rowBytes">From one source row to the next.</param>
    /// <param name="taps">One per output row.</param>
    /// <param name="columns">The columns, laid out for <typeparamref name="TKernel"/> and <typeparamref name="TWindows"/>.</param>
    /// <param name="brightness">Grey levels, -255 to 255.</param>
    /// <param name="output">The first output row. At least <see cref="ColumnTable.BlockValues"/> bytes of each can be written.</param>
    /// <param name="outputRowBytes">From one output row to the next.</param>
    public static void Run<TKernel, TWindows, TBytes, TSums>(
        byte* rows, nint rowBytes, ReadOnlySpan<Tap> taps, ColumnTable columns, int brightness, byte* output, nint outputRowBytes)
        where TKernel : struct, IVectorKernel<TBytes, TSums>
        where TWindows : struct, IWindows<TBytes>
        where TBytes : struct
        where TSums : struct
    {
        fixed (Tap* first = taps)
        {
            for (int block = 0; block < columns.Blocks; block++)
            {
                Block<TKernel, TWindows, TBytes, TSums>(
                    rows, rowBytes, first, first + taps.Length, columns, block, TKernel.Broadcast(2 + 4 * brightness), output + columns.FirstValue(block), outputRowBytes);
            }
        }

        // The blocks read its tables through pointers.
        GC.KeepAlive(columns);
    }

    private static void Block<TKernel, TWindows, TBytes, TSums>(
        byte* rows, nint rowBytes, Tap* tap, Tap* end, ColumnTable columns, int block, TSums rounding, byte* output, nint outputRowBytes)
        where TKernel : struct, IVectorKernel<TBytes, TSums>
        where TWindows : struct, IWindows<TBytes>
        where TBytes : struct
        where TSums : struct
    {
        // Two vectors of pairs, which become two vectors of sums, which become one of bytes.
        int* lowStarts = columns.Starts.Start + 2 * TWindows.Count * block;
        int* highStarts = lowStarts + TWindows.Count;
        nint at = (nint)2 * block * Unsafe.SizeOf<TBytes>();
        TBytes lowShuffle = TKernel.Load(columns.Shuffles.Start + at);
        TBytes lowCoarse = TKernel.Load(columns.Coarse.Start + at);
        TBytes lowFine = TKernel.Load(columns.Fine.Start + at);
        at += Unsafe.SizeOf<TBytes>();
        TBytes highShuffle = TKernel.Load(columns.Shuffles.Start + at);
        TBytes highCoarse = TKernel.Load(columns.Coarse.Start + at);
        TBytes highFine = TKernel.Load(columns.Fine.Start + at);

        int upperRow = -1;
        int lowerRow = -1;
        TSums upperLow = default, upperHigh = default, lowerLow = default, lowerHigh = default;
        for (; tap < end; tap++)
        {
            if (tap->First == lowerRow)
            {
                // Going down, the lower row of one output row is often the upper row of the next.
                (upperLow, upperHigh, upperRow) = (lowerLow, lowerHigh, lowerRow);
            }
            else if (tap->First != upperRow)
            {
                upperRow = tap->First;
                byte* line = rows + upperRow * rowBytes;
                upperLow = TKernel.Weigh(TWindows.Pick(line, lowStarts, lowShuffle), lowCoarse, lowFine);
                upperHigh = TKernel.Weigh(TWindows.Pick(line, highStarts, highShuffle), highCoarse, highFine);
            }

            if (tap->Second != lowerRow)
            {
                lowerRow = tap->Second;
                byte* line = rows + lowerRow * rowBytes;
                lowerLow = TKernel.Weigh(TWindows.Pick(line, lowStarts, lowShuffle), lowCoarse, lowFine);
                lowerHigh = TKernel.Weigh(TWindows.Pick(line, highStarts, highShuffle), highCoarse, highFine);
            }

            TSums upperWeight = TKernel.Broadcast(tap->FirstWeight);
            TSums lowerWeight = TKernel.Broadcast(tap->SecondWeight);
            TKernel.Store(
                TKernel.Mix(upperLow, lowerLow, upperWeight, lowerWeight, rounding),
                TKernel.Mix(upperHigh, lowerHigh, upperWeight, lowerWeight, rounding),
                output);
            output += outputRowBytes;
        }
    }
}
