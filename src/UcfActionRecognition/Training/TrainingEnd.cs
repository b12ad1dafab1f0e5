namespace UcfActionRecognition;

/// <summary>Why a training ended.</summary>
public enum TrainingEnd
{
    /// <summary>All epochs are done.</summary>
    Epochs,

    /// <summary><see cref="TrainerOptions.MaxSteps"/> are done.</summary>
    MaxSteps,

    /// <summary><see cref="TrainerOptions.MaxTime"/> is over.</summary>
    MaxTime,

    /// <summary><see cref="TrainerOptions.EarlyStoppingPatience"/> ran out.</summary>
    EarlyStopping,

    /// <summary>A callback asked for it.</summary>
    Callback,
}
