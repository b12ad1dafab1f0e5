using System.Diagnostics.CodeAnalysis;

namespace UcfActionRecognition;

/// <summary>The type of number that a network computes with. Its parameters are float32 with either.</summary>
public enum Precision
{
    /// <summary>Everything in float32.</summary>
    [SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "It is torch's name.")]
    Float32,

    /// <summary>
    /// The frozen layers at the start (see <see cref="FineTuneScope"/>) in bfloat16, in training and in evaluation: their activations and
    /// convolutions; the statistics, scale and shift of their BatchNorms stay float32. What is trained, and what follows it, is float32. Twice
    /// to three times as fast on processors with bfloat16 instructions (AVX512_BF16, AMX, Neoverse V1, CUDA from Ampere on), and slower on others.
    /// Where nothing is frozen, nothing changes, nor on networks whose parameters are not float32. BatchNorms in training mode store what they see of the
    /// bfloat16 activations. It is a way to compute, not a part of the model: neither checkpoints nor <see cref="ActionModel.ComputeHash"/> know of it.
    /// </summary>
    BFloat16Backbone,
}
