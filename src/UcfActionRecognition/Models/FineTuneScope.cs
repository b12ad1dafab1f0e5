namespace UcfActionRecognition;

/// <summary>Which part of a network is trained; everything before it is frozen.</summary>
public enum FineTuneScope
{
    /// <summary>Every layer.</summary>
    All,

    /// <summary>The last stage (<c>layer4</c>) and the classifier (<c>fc</c>).</summary>
    LastStage,

    /// <summary>The last residual block (<c>layer4</c>'s last; <c>layer4.2</c> of ResNet-50) and the classifier (<c>fc</c>).</summary>
    LastBlock,

    /// <summary>The classifier (<c>fc</c>) alone.</summary>
    Head,
}
