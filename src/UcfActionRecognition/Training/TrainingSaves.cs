using TorchSharp;
using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>Writes the checkpoints of a training, and knows whether the newest is of its present state.</summary>
/// <param name="options">What goes into a checkpoint besides the training itself.</param>
/// <param name="folder">Where they go.</param>
/// <param name="model">The model.</param>
/// <param name="optimizer">The optimizer.</param>
/// <param name="isMain">Whether this process writes.</param>
internal sealed class TrainingSaves(TrainerOptions options, TrainingFolder folder, ActionModel model, Optimizer optimizer, bool isMain)
{
    private long _savedStep = -1;
    private bool _isSaved;

    /// <summary>Which checkpoint an error leaves, in a sentence.</summary>
    public string LastGood => !isMain
        ? "Rank 0 says which checkpoint is the last good one."
        : _savedStep >= 0 && folder.LastPath is { } path
            ? $"The last good checkpoint is '{path}', of step {_savedStep}."
            : "There is no checkpoint yet.";

    /// <summary>Takes down that the training goes on from a checkpoint.</summary>
    public void NoteResumed(string path, TrainingState state)
    {
        _savedStep = state.Step;
        _isSaved = path == folder.LastPath;
        if (_isSaved)
        {
            // Should a kill have come before the copy.
            folder.KeepStep(_savedStep);
        }
    }

    /// <summary>Takes down that the state is another one now.</summary>
    public void NoteChange() => _isSaved = false;

    /// <summary>Writes the newest checkpoint, unless it is there.</summary>
    public void SaveUnlessSaved(TrainingState state)
    {
        if (!_isSaved)
        {
            Save(state);
        }
    }

    /// <summary>Writes the newest checkpoint.</summary>
    public void Save(TrainingState state)
    {
        folder.Save(state.Step, path =>
        {
            CheckFinite(state);
            TrainingCheckpoint.Save(path, model, optimizer, state, options.CheckpointMetadata);
        });
        _savedStep = state.Step;
        _isSaved = true;
    }

    // A checkpoint of broken numbers must not replace a good one.
    private void CheckFinite(TrainingState state)
    {
        foreach ((string name, Tensor value) in model.state_dict().Concat(optimizer.State))
        {
            using DisposeScope scope = NewDisposeScope();
            if (value.is_floating_point() && !value.isfinite().all().item<bool>())
            {
                throw new ActionRecognitionException(
                    $"After step {state.Step}, {name} is not all finite numbers; no checkpoint was written. {LastGood} Lower the learning rate, or set MaxGradientNorm.");
            }
        }
    }
}
