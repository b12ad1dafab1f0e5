namespace UcfActionRecognition;

/// <summary>Puts a model into evaluation mode and back into the mode that it was in.</summary>
internal sealed class ModelMode : IDisposable
{
    private readonly ActionModel _model;
    private readonly bool _wasTraining;

    private ModelMode(ActionModel model)
    {
        _model = model;
        _wasTraining = model.training;
    }

    public static ModelMode Evaluation(ActionModel model)
    {
        var mode = new ModelMode(model);
        model.eval();
        return mode;
    }

    public void Dispose() => _model.train(_wasTraining);
}
