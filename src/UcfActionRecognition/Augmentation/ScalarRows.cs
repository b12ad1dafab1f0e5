namespace UcfActionRecognition;

/// <summary>Plain code: what the other kernels are tested against.</summary>
internal readonly struct ScalarRows : IRowKernel
{
    public static void Weigh(ReadOnlySpan<byte> line, ColumnTable columns, Span<short> sums)
    {
        ReadOnlySpan<Tap> taps = columns.Taps;
        for (int x = 0; x < taps.Length; x++)
        {
            Tap tap = taps[x];
            ReadOnlySpan<byte> first = line.Slice(tap.First * 3, 3);
            ReadOnlySpan<byte> second = line.Slice(tap.Second * 3, 3);
            for (int channel = 0; channel < 3; channel++)
            {
                sums[x * 3 + channel] = (short)((first[channel] * tap.FirstWeight + second[channel] * tap.SecondWeight) >> 4);
            }
        }
    }

    public static void Blend(ReadOnlySpan<short> upper, ReadOnlySpan<short> lower, Tap row, int brightness, Span<byte> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            int value = ((row.FirstWeight * upper[i]) >> 16) + ((row.SecondWeight * lower[i]) >> 16);
            destination[i] = (byte)Math.Clamp(Math.Clamp((value + 2) >> 2, 0, 255) + brightness, 0, 255);
        }
    }
}
