using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>Sends clips through a model, which is in evaluation mode. One thread at a time.</summary>
internal sealed class ClipLogits(ActionModel model) : IDisposable
{
    private readonly ModelInput _input = new(model);
    private readonly SequenceFeatures _sequence = new();

    /// <summary>The logits of clips, row after row; none for a part of a clip that is not its last.</summary>
    /// <param name="rgb">The clips' bytes, <c>clips x T x H x W x 3</c>.</param>
    /// <param name="clips">How many they are.</param>
    /// <param name="framesPerClip">T.</param>
    /// <param name="part">Set where it is a part of one clip.</param>
    /// <param name="crop">The crop of that part.</param>
    /// <exception cref="ActionRecognitionException">The model does not give one row of logits for each clip.</exception>
    public float[] Compute(ReadOnlySpan<byte> rgb, int clips, int framesPerClip, TimeChunk? part = null, int crop = 0)
    {
        FrameSize size = model.Input.Size;
        using (no_grad())
        using (NewDisposeScope())
        {
            Tensor frames = empty([clips, 1, framesPerClip, size.Height, size.Width, 3], dtype: ScalarType.Byte);
            rgb.CopyTo(frames.bytes);
            Tensor? logits = part is { } chunk
                ? _sequence.Add((ResNet3D)model, _input.Prepare(frames), chunk, crop)
                : model.LogitsOf(_input, frames);
            if (logits is null)
            {
                return [];
            }

            CheckRows(clips, logits.shape);
            using Tensor host = logits.cpu().to(ScalarType.Float32).contiguous();
            return MemoryMarshal.Cast<byte, float>(host.bytes).ToArray();
        }
    }

    /// <summary>Forgets the parts of a clip that does not go on.</summary>
    public void Forget() => _sequence.Clear();

    public void Dispose() => _input.Dispose();

    // A row too few or too many would move all that follow to another video.
    private void CheckRows(int clips, long[] shape)
    {
        if (!shape.SequenceEqual([clips, model.Classes.Count]))
        {
            throw new ActionRecognitionException(
                $"{model.Architecture} gave logits of {string.Join(" x ", shape)} for {clips} clips; expected {clips} x {model.Classes.Count}, "
                + "one row for each clip and one column for each class.");
        }
    }
}
