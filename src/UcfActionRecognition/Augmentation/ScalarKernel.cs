namespace UcfActionRecognition;

/// <summary>The resampler in plain code, one value at a time: what the vector kernels are tested against.</summary>
/// <remarks>
/// OpenCV's arithmetic: both columns are summed in 11-bit fixed point, 4 bits dropped, multiplied by the row's weight and 16 dropped; both
/// rows are added and the last 2 bits rounded.
/// </remarks>
internal static class ScalarKernel
{
    public static void Resample(
        ReadOnlySpan<byte> rows, int rowBytes, ReadOnlySpan<Tap> rowTaps, ReadOnlySpan<Tap> columnTaps, int brightness, Span<byte> output)
    {
        int i = 0;
        foreach (Tap row in rowTaps)
        {
            ReadOnlySpan<byte> upper = rows.Slice(row.First * rowBytes, rowBytes);
            ReadOnlySpan<byte> lower = rows.Slice(row.Second * rowBytes, rowBytes);
            foreach (Tap column in columnTaps)
            {
                for (int channel = 0; channel < 3; channel++)
                {
                    int value = ((row.FirstWeight * Sum(upper, column, channel)) >> 16) + ((row.SecondWeight * Sum(lower, column, channel)) >> 16);
                    output[i++] = (byte)Math.Clamp(Math.Clamp((value + 2) >> 2, 0, 255) + brightness, 0, 255);
                }
            }
        }
    }

    private static int Sum(ReadOnlySpan<byte> line, Tap column, int channel) =>
        (line[column.First * 3 + channel] * column.FirstWeight + line[column.Second * 3 + channel] * column.SecondWeight) >> 4;
}
