namespace UcfActionRecognition;

/// <summary>Classifies one video in one pass, frame after frame, whatever its length is. One thread at a time.</summary>
/// <param name="video">The video's name or path, for messages.</param>
/// <param name="reader">Reads it, from its first frame on.</param>
/// <param name="model">The model.</param>
/// <param name="logits">Sends clips through the model.</param>
/// <param name="plan">What happens to a frame, and how many go through the model at once.</param>
/// <param name="windows">Length and stride of the timeline's windows, in frames.</param>
internal sealed class ForwardClassification(
    string video, VideoReader reader, ActionModel model, ClipLogits logits, ClipPlan plan, SlidingWindow windows)
{
    private readonly int _clipLength = model.Input.ClipLength;
    private readonly FrameResampler[] _resamplers =
        [.. plan.TransformsOf(reader.Info.Size).Select(crop => new FrameResampler(reader.Info.Size, crop))];

    // A model of clips has one clip in each window; one of frames has each of the window's frames.
    private readonly ForwardWindow<byte[][]> _frames = model.Input.ClipLength == 1 ? new(1, 1) : new(windows.Length, windows.Stride);
    private readonly ForwardWindow<ScoredClip> _clips = model.Input.ClipLength == 1 ? new(windows.Length, windows.Stride) : new(1, 1);

    private readonly byte[] _source = new byte[reader.Info.FrameBytes];
    private readonly byte[] _chunk = new byte[Math.Max(plan.FramesAtOnce / model.Input.ClipLength, 1) * model.Input.ClipLength * plan.FrameBytes];
    private readonly double[] _sum = new double[model.Classes.Count];

    // Clips that are read and not scored, the first of them perhaps in some of its crops.
    private readonly Queue<ScoredClip> _unscored = new();
    private int _rowsOfClip;
    private int _rowsInChunk;
    private int _rows;

    /// <summary>What is said of the whole video, once all windows were taken.</summary>
    public VideoClassification Result => new(Mean(_sum, _rows), reader.Info with { FrameCount = _frames.Count }, _rows);

    private int RowBytes => _clipLength * plan.FrameBytes;

    /// <summary>Reads the video to its end.</summary>
    /// <returns>The windows, each once it went through the model.</returns>
    /// <exception cref="VideoReadException">The video cannot be read, or has no frame.</exception>
    /// <exception cref="ActionRecognitionException">The model's logits are not numbers, or not one row for each clip.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public IEnumerable<WindowClassification> Windows(CancellationToken cancel)
    {
        using var heap = new RetainedHeap();
        bool more;
        do
        {
            cancel.ThrowIfCancellationRequested();
            more = ReadFrame();
            if (more ? _frames.IsComplete : _frames.HasRest)
            {
                _unscored.Enqueue(new ScoredClip(_frames.First, _frames.Count, new double[_sum.Length]));
                for (int crop = 0; crop < _resamplers.Length; crop++)
                {
                    AddRow(crop);
                    if ((_rowsInChunk + 1) * RowBytes > _chunk.Length)
                    {
                        foreach (WindowClassification window in ScoreChunk())
                        {
                            yield return window;
                        }
                    }
                }
            }
        }
        while (more);

        foreach (WindowClassification window in ScoreChunk())
        {
            yield return window;
        }

        if (_clips.HasRest)
        {
            yield return Window();
        }
    }

    private bool ReadFrame()
    {
        if (!reader.ReadNext(_source))
        {
            return _frames.Count > 0
                ? false
                : throw new VideoReadException(video, $"'{video}' gave no frame; expected at least one. Check its source.");
        }

        if (!_frames.TryDrop(out byte[][]? crops))
        {
            crops = Array.ConvertAll(_resamplers, _ => new byte[plan.FrameBytes]);
        }

        for (int crop = 0; crop < crops!.Length; crop++)
        {
            _resamplers[crop].Resample(_source, crops[crop]);
        }

        _frames.Add(crops);
        return true;
    }

    private void AddRow(int crop)
    {
        Span<byte> row = _chunk.AsSpan(_rowsInChunk * RowBytes, RowBytes);

        // A video that is shorter than a clip is looped.
        for (int filled = 0; filled < _clipLength;)
        {
            foreach (byte[][] frame in _frames.Items.Take(_clipLength - filled))
            {
                frame[crop].CopyTo(row.Slice(filled++ * plan.FrameBytes, plan.FrameBytes));
            }
        }

        _rowsInChunk++;
    }

    private IEnumerable<WindowClassification> ScoreChunk()
    {
        if (_rowsInChunk == 0)
        {
            yield break;
        }

        float[] values = Logits();
        for (int row = 0; row < _rowsInChunk; row++)
        {
            ScoredClip clip = _unscored.Peek();
            Scores.AddLogSoftmax(values.AsSpan(row * _sum.Length, _sum.Length), clip.Sum);
            if (++_rowsOfClip == _resamplers.Length)
            {
                Count(_unscored.Dequeue());
                if (_clips.IsComplete)
                {
                    yield return Window();
                }
            }
        }

        _rowsInChunk = 0;
    }

    // The mode is set here and not for as long as the windows are read: what their reader does in between is not known.
    private float[] Logits()
    {
        using var mode = ModelMode.Evaluation(model);
        float[] values = logits.Compute(_chunk.AsSpan(0, _rowsInChunk * RowBytes), _rowsInChunk, _clipLength);
        RetainedHeap.GiveBackHoles();
        return Array.TrueForAll(values, float.IsFinite)
            ? values
            : throw new ActionRecognitionException(
                $"The model's logits for '{video}' are not all finite numbers. Its weights or the statistics of its BatchNorms are broken: train it again.");
    }

    private void Count(ScoredClip clip)
    {
        for (int i = 0; i < _sum.Length; i++)
        {
            _sum[i] += clip.Sum[i];
        }

        _rows += _rowsOfClip;
        _rowsOfClip = 0;
        _clips.Add(clip);
    }

    private WindowClassification Window()
    {
        var sum = new double[_sum.Length];
        foreach (ScoredClip clip in _clips.Items)
        {
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += clip.Sum[i];
            }
        }

        return new WindowClassification(
            _clips.Items.First().FirstFrame, _clips.Items.Last().EndFrame, reader.Info.FramesPerSecond, Mean(sum, _clips.Items.Count * _resamplers.Length));
    }

    private ClassProbabilities Mean(double[] sum, int rows) => new(model.Classes, Array.ConvertAll(sum, value => value / rows));

    /// <summary>A clip with the sum over its crops of the log-softmax.</summary>
    private sealed record ScoredClip(int FirstFrame, int EndFrame, double[] Sum);
}
