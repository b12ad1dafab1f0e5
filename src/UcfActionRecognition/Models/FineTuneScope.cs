namespace UcfActionRecognition;

/// <summary>Which part of a network is trained; everything before it is frozen.</summary>
public enum FineTuneScope
{
    /// <summary>Every layer.</summary>
    All,

    /// <summary>The last stage (<c>layer4</c>) and the classifier (<c>fc</c>).</summary>
    LastStage,

    /// <summary>
    /// The last residual block that the network has (<c>layer4.2</c> of ResNet-50, <c>layer4.0</c> of one truncated to a single block of
    /// <c>layer4</c>) and the classifier (<c>fc</c>).
    /// </summary>
    LastBlock,

    /// <summary>The classifier (<c>fc</c>) alone.</summary>
    Head,
}
