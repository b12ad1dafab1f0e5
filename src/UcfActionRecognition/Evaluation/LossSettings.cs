using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>What the cross entropy of clips takes into account; nothing by default.</summary>
/// <param name="ClassWeights">A weight for each class, float32 on the model's device, or <see langword="null"/>.</param>
/// <param name="LabelSmoothing">Share of the target that is spread over all classes.</param>
/// <param name="AverageViews">Whether the logits of a video's views are averaged first.</param>
internal readonly record struct LossSettings(Tensor? ClassWeights, double LabelSmoothing, bool AverageViews);
