using TorchSharp;

namespace UcfActionRecognition.Tests.Evaluation;

/// <summary>What an evaluation should give, clip by clip and without the evaluator.</summary>
internal static class ClipScores
{
    public static double[] MeanLogSoftmax(ActionModel model, IVideoClipSource source, LabeledVideo video, IReadOnlyList<int[]> clips) =>
        MeanLogSoftmax(model, source, video, clips, size => [ClipTransform.Identity(size).Resize(model.Input.Size)]);

    public static double[] MeanLogSoftmax(
        ActionModel model, IVideoClipSource source, LabeledVideo video, IReadOnlyList<int[]> clips, Func<FrameSize, ClipTransform[]> crops)
    {
        model.eval();
        using var input = new ModelInput(model);
        using VideoReader reader = source.Open(video.Name);
        ClipTransform[] transforms = crops(reader.Info.Size);
        var mean = new double[model.Classes.Count];
        using (torch.no_grad())
        {
            foreach ((int[] clip, ClipTransform crop) in clips.SelectMany(clip => transforms.Select(crop => (clip, crop))))
            {
                using var scope = torch.NewDisposeScope();
                torch.Tensor scores = torch.nn.functional.log_softmax(model.forward(input.Prepare(Pixels(reader, clip, crop))), 1);
                float[] values = [.. scores.data<float>()];
                for (int c = 0; c < mean.Length; c++)
                {
                    mean[c] += values[c] / (double)(clips.Count * transforms.Length);
                }
            }
        }

        return mean;
    }

    private static torch.Tensor Pixels(VideoReader reader, int[] clip, ClipTransform crop)
    {
        FrameSize size = crop.OutputSize;
        var resampler = new FrameResampler(reader.Info.Size, crop);
        var frame = new byte[reader.Info.FrameBytes];
        torch.Tensor pixels = torch.zeros([1, 1, clip.Length, size.Height, size.Width, 3], torch.ScalarType.Byte);
        int frameBytes = 3 * size.Height * size.Width;
        for (int i = 0; i < clip.Length; i++)
        {
            reader.ReadFrames([clip[i]], frame);
            resampler.Resample(frame, pixels.bytes.Slice(i * frameBytes, frameBytes));
        }

        return pixels;
    }
}
