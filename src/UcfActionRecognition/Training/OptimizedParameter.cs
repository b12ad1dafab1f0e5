using TorchSharp.Modules;

namespace UcfActionRecognition;

/// <summary>A parameter that an optimizer moves.</summary>
/// <param name="Name">Its state-dict key.</param>
/// <param name="Parameter">The parameter.</param>
/// <param name="LearningRateFactor">What the learning rate is multiplied by for it.</param>
internal sealed record OptimizedParameter(string Name, Parameter Parameter, double LearningRateFactor = 1)
{
    /// <summary>Whether weight decay pulls it: biases and the scales and shifts of BatchNorms are not pulled.</summary>
    public bool Decays { get; } = Parameter.ndim > 1;
}
