namespace UcfActionRecognition;

/// <summary>Takes frames one at a time, as soon as each is read, so that a clip's frames need not be held together.</summary>
internal interface IFrameSink
{
    /// <summary>The first row of every frame that is wanted.</summary>
    int FirstRow { get; }

    /// <summary>Rows that are wanted, at least one.</summary>
    int RowCount { get; }

    /// <summary>Takes the wanted rows of one frame; they are valid during the call only.</summary>
    /// <param name="position">Where the frame stands in the list that was asked for. Positions come in any order, each once.</param>
    /// <param name="rows"><c>RowCount x W x 3</c> bytes.</param>
    void Take(int position, ReadOnlySpan<byte> rows);

    /// <summary>The rows of a whole frame that a sink wants.</summary>
    static ReadOnlySpan<byte> WantedRows<TSink>(ReadOnlySpan<byte> frame, int width, scoped TSink sink)
        where TSink : IFrameSink, allows ref struct => frame.Slice(sink.FirstRow * width * 3, sink.RowCount * width * 3);
}
