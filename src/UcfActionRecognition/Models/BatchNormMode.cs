namespace UcfActionRecognition;

/// <summary>What the network's BatchNorms do while the model is in training mode. In evaluation mode both are the same.</summary>
public enum BatchNormMode
{
    /// <summary>
    /// They normalise by the batch's own statistics and move their stored ones, in frozen layers too: what a plain
    /// <c>model.train()</c> does in PyTorch.
    /// </summary>
    Train,

    /// <summary>
    /// They use and keep their stored statistics, whoever calls <c>train()</c> on the model or on a part of it. Their scale and
    /// shift are parameters like any other and are trained where <see cref="FineTuneScope"/> says so.
    /// </summary>
    Frozen,
}
