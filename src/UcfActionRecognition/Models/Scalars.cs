using TorchSharp;

namespace UcfActionRecognition;

/// <summary>Numbers that operators of torch take as objects, held for the life of the process.</summary>
/// <remarks>
/// TorchSharp passes handles to native code without keeping their owners alive: a Scalar or Tensor that nothing else holds may be
/// finalised by a garbage collection on another thread while native code still reads it. <c>tensor.add_(1)</c> makes such a
/// Scalar; <c>tensor.add_(Scalars.One, Scalars.One)</c> does not. For the same reason tensors are in a <c>using</c> or a
/// dispose scope, or are kept alive to the end of the method that passes them on.
/// </remarks>
internal static class Scalars
{
    public static readonly Scalar One = 1;
    public static readonly Scalar MinusOne = -1;
}
