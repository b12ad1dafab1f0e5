using System.Buffers.Binary;
using TorchSharp;
using UcfActionRecognition.Tests.Evaluation;

namespace UcfActionRecognition.Tests.Fuzzing;

/// <summary>
/// Checkpoints, damaged by bytes and with metadata that is nearly right: <see cref="ModelCheckpoint"/> and <see cref="ActionModels.FromCheckpoint"/>. More
/// metadata is a line in <see cref="CheckpointMetadata.Values"/>; what reads it goes into <see cref="Read"/>.
/// </summary>
internal sealed class CheckpointTarget : FuzzTarget
{
    private const string File = "checkpoint";
    private const int LengthBytes = 8;

    private static readonly byte[][] Pieces =
    [
        .. FileMutatorOptions.Weights.Pieces, [.. "\"classes\":"u8], [.. "\"shape\":[9223372036854775807,2]"u8], [.. "[[[[[[[["u8], [.. "\\\"null\\\""u8], [.. "1e999"u8],
        [.. "\"__metadata__\":{}"u8], [0xED, 0xA0, 0x80],
    ];

    private static readonly Dictionary<string, string> Run = new() { ["seed"] = "0", ["clips"] = "RandomClip { Length = 1 }; none" };

    private RecordingModel? _model;
    private Optimizer? _optimizer;
    private byte[] _good = [];

    public override int Seeds => 1;

    private RecordingModel Model => _model ?? throw new InvalidOperationException("Not prepared.");

    public override void Prepare(string folder)
    {
        TorchRuntime.Load();
        _model = new RecordingModel(clipLength: 1);
        string path = Path.Combine(folder, "good");
        using (torch.no_grad())
        {
            // The weights are part of the file, and a mutant is to be the same in each run.
            foreach (torch.Tensor parameter in _model.parameters())
            {
                parameter.fill_(0.5);
            }
        }

        _optimizer = new SgdOptions().Create([.. _model.TrainableParameters().Select(named => new OptimizedParameter(named.Name, named.Parameter))]);
        torch.random.manual_seed(1);
        TrainingCheckpoint.Save(path, _model, _optimizer, State(), new Dictionary<string, string> { ["recipe"] = "assignment" });
        _good = System.IO.File.ReadAllBytes(path);
    }

    public override IReadOnlyList<FuzzFile> Make(int number)
    {
        Random random = RandomOf(number);
        return [new(File, number == 0 ? _good : random.Next(2) == 0 ? Structured(number, random) : Bytewise(_good, random))];
    }

    public override void Read(string folder, int number)
    {
        string path = Path.Combine(folder, File);
        ModelCheckpointInfo info = ModelCheckpoint.ReadInfo(path);
        Require(info.Classes.Count > 0 && info.Input is { ClipLength: > 0, Size: { Height: > 0, Width: > 0 } }, $"{info}");
        try
        {
            using ActionModel made = ActionModels.FromCheckpoint(path);
            Require(made.Architecture == info.Architecture, made.Architecture);
        }
        catch (CheckpointException)
        {
            // There is no network of the name, or these are not its weights; what follows has the right one.
        }

        ModelCheckpoint.Load(path, Model);
        TrainingState state = TrainingCheckpoint.Load(path, Model, _optimizer!, Run).State;
        Require(state.IsPossible, $"{state}");
    }

    public override bool IsDocumented(Exception error) => error is CheckpointException;

    public override void Dispose()
    {
        _optimizer?.Dispose();
        _model?.Dispose();
        base.Dispose();
    }

    // In the middle of the second epoch, after a validation.
    private static TrainingState State()
    {
        var metrics = new ClipMetrics(1.5, new TopKAccuracy(new Accuracy(1, 3), new Accuracy(2, 3), new Accuracy(3, 3)));
        var epoch = new EpochResult(1, metrics, metrics, 3, TimeSpan.FromSeconds(1), [new VideoFailure("YoYo/v_YoYo_g01_c01", "broken")]) { Step = 2, LearningRate = 0.1 };
        var validation = new ValidationResult(2, 1, metrics);
        return new TrainingState
        {
            BatchSize = 3,
            Run = Run,
            Epoch = 1,
            Batch = 1,
            Step = 3,
            Sums = new ClipSums(2.5, 2, metrics.Accuracy),
            Epochs = [epoch],
            Validations = [validation],
            Best = validation,
            ValidationPending = true,
        };
    }

    private byte[] Structured(int number, Random random)
    {
        int length = (int)BinaryPrimitives.ReadInt64LittleEndian(_good);
        byte[] header = CheckpointMetadata.Damage(_good.AsSpan(LengthBytes, length), number);
        byte[] file = [.. BitConverter.GetBytes((long)header.Length), .. header, .. _good.AsSpan(LengthBytes + length)];
        return random.Next(4) == 0 ? Bytewise(file, random) : file;
    }

    // With a header of another length, the length in front of it mostly follows.
    private static byte[] Bytewise(byte[] good, Random random)
    {
        int header = (int)BinaryPrimitives.ReadInt64LittleEndian(good);
        byte[] bytes = new FileMutator(good, random, new FileMutatorOptions
        {
            Pieces = Pieces,
            Operations = [.. "{}[]\",:\\0123456789-.eEtfn "u8],
            Place = from => from.Next(8) == 0 ? from.Next(good.Length) : LengthBytes + from.Next(header),
        }).Next();
        if (bytes.Length != good.Length && bytes.Length > LengthBytes && random.Next(4) > 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, header + bytes.Length - good.Length);
        }

        return bytes;
    }
}
