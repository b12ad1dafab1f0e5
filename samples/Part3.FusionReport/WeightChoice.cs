using UcfActionRecognition.Reporting;

namespace UcfActionRecognition.Samples.Part3;

/// <summary>Decides what the single-frame model counts: as asked, or searched on the groups that both models were trained without.</summary>
internal sealed class WeightChoice(Part3Options options, ActionDataset data, PredictionSet single, PredictionSet sequence)
{
    /// <param name="singleRun">How the single-frame model was made.</param>
    /// <param name="sequenceRun">How the sequence model was made.</param>
    /// <param name="remarks">Receives why no weight was searched.</param>
    /// <exception cref="ArgumentException">A search is asked for, and the models were not trained without the same groups, or a held-out video has no prediction.</exception>
    public ScoreFusionOptions Choose(ModelRun? singleRun, ModelRun? sequenceRun, List<string> remarks)
    {
        var fusion = new ScoreFusionOptions { Rule = options.Rule };
        if (options.Weight is { } weight)
        {
            return fusion with { Weights = [weight, 1 - weight] };
        }

        HeldOutGroups? ofSingle = RecordOf(singleRun, single);
        HeldOutGroups? ofSequence = RecordOf(sequenceRun, sequence);
        HeldOutGroups held = options.HeldOut is { } count ? Asked(count, ofSingle, ofSequence) : Recorded(ofSingle, ofSequence);
        if (held.Count == 0)
        {
            string reason = options.HeldOut is null && ofSingle is not null && ofSequence is not null
                ? $"the single-frame model's training held out {ofSingle} and the sequence model's {ofSequence}"
                : "no held-out groups were named (--held-out)";
            remarks.Add($"No weight was searched, since {reason}: both models count the same.");
            return fusion;
        }

        IReadOnlyList<LabeledVideo> videos = held.HoldOut(data).HeldOut;
        Console.WriteLine($"The weight is searched on {videos.Count} videos, {held}.");
        return fusion with { Search = ScoreFusion.FindWeight(Load(single, options.Single, videos), Load(sequence, options.Sequence, videos), options.Rule) };
    }

    // Of a run that made these predictions.
    private static HeldOutGroups? RecordOf(ModelRun? run, PredictionSet set) => run is { HeldOutGroups: { } count } && (run.ModelHash ?? set.ModelHash) == set.ModelHash
        ? new HeldOutGroups(count, run.HeldOutSeed)
        : null;

    // What both runs say, without being asked. A run that held out nothing is no mistake, two that held out different groups may be.
    private HeldOutGroups Recorded(HeldOutGroups? ofSingle, HeldOutGroups? ofSequence) =>
        ofSingle is not { Count: > 0 } || ofSequence is not { Count: > 0 } ? new HeldOutGroups(0, null)
            : ofSingle == ofSequence ? ofSingle
            : throw Different(ofSingle, ofSequence);

    // Runs that say nothing of it are taken to have held out the last groups, as --hold-out-groups does.
    private HeldOutGroups Asked(int count, HeldOutGroups? ofSingle, HeldOutGroups? ofSequence)
    {
        if (count == 0)
        {
            return new HeldOutGroups(0, null);
        }

        if (ofSingle is not null && ofSequence is not null && ofSingle != ofSequence)
        {
            throw Different(ofSingle, ofSequence);
        }

        HeldOutGroups held = ofSingle ?? ofSequence ?? new HeldOutGroups(count, null);
        return held.Count == count
            ? held
            : throw new ArgumentException(
                $"--held-out {count}: the training of '{(ofSingle is null ? options.Sequence : options.Single)}' held out {held}. "
                + "Leave --held-out away to take the groups that both runs name, or give --weight a number.");
    }

    private ArgumentException Different(HeldOutGroups ofSingle, HeldOutGroups ofSequence) => new(
        $"A weight is searched on groups that both models were trained without; the training of '{options.Single}' held out {ofSingle}, that of '{options.Sequence}' {ofSequence}. "
        + "Train both with the same --hold-out-groups, or the same recipe and --seed; or give --weight a number, 0.5 for equal weights.");

    private PredictionSet Load(PredictionSet set, string folder, IReadOnlyList<LabeledVideo> videos)
    {
        var held = PredictionSet.Load(set.Name, folder, videos, data.Classes, new PredictionSetOptions { Data = data.Name });
        const int Most = 5;
        string[] missing = [.. held.Failures.Select(failure => failure.Video)];
        return missing.Length == 0
            ? held
            : throw new ArgumentException(
                $"'{folder}' has no predictions of {missing.Length} of the {videos.Count} held-out videos: "
                + $"{string.Join(", ", missing.Take(Most).Select(name => $"'{name}.hdf5'"))}{(missing.Length > Most ? $" and {missing.Length - Most} more" : "")}. "
                + "The verb evaluate of that part with --resume makes them; where it cannot read a video, replace or remove the video's file. Or give --weight a number.");
    }
}
