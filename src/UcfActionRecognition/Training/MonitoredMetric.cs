namespace UcfActionRecognition;

/// <summary>What of a validation decides which checkpoint is the best.</summary>
public enum MonitoredMetric
{
    /// <summary>Top-1 accuracy on the validation clips; more is better.</summary>
    Top1,

    /// <summary>Top-5 accuracy on them; more is better.</summary>
    Top5,

    /// <summary>Top-10 accuracy on them; more is better.</summary>
    Top10,

    /// <summary>Mean cross entropy on them; less is better.</summary>
    Loss,
}
