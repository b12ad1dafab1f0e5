namespace UcfActionRecognition;

/// <summary>How the scores of several models become one.</summary>
public enum FusionRule
{
    /// <summary>The weighted mean of the log-probabilities: a product of experts, in which each model can veto a class.</summary>
    LogProbabilities,

    /// <summary>The weighted mean of the probabilities: a vote, in which a model that is sure outweighs one that is not.</summary>
    Probabilities,
}
