using System.Collections.Frozen;
using TorchSharp;

namespace UcfActionRecognition;

/// <summary>
/// The names that a checkpoint's pickle may ask for: what tensors and the containers around them are written with. The list is shorter than
/// that of torch.load(weights_only=True): no tensors that TorchSharp has no type for, no numpy, no classes.
/// </summary>
internal static class PyTorchGlobals
{
    // Not the tensors' own: a checkpoint's settings may name a type.
    private static readonly string[] DataTypes =
        ["float64", "float32", "float16", "bfloat16", "complex128", "complex64", "int64", "int32", "int16", "int8", "uint8", "bool"];

    private static readonly FrozenDictionary<string, PickleGlobal> Allowed =
        All().ToFrozenDictionary(global => global.Name, StringComparer.Ordinal);

    // Tensors all the same, but none that TorchSharp could hold; with what to do in Python.
    private static readonly FrozenDictionary<string, string> Unsupported = new Dictionary<string, string>
    {
        ["_rebuild_qtensor"] = "a quantized tensor. Save its values: tensor.dequantize()",
        ["_rebuild_sparse_tensor"] = "a sparse tensor. Save it as tensor.to_dense()",
        ["_rebuild_sparse_csr_tensor"] = "a sparse tensor. Save it as tensor.to_dense()",
        ["_rebuild_nested_tensor"] = "a nested tensor. Save its parts, each under a name",
        ["_rebuild_meta_tensor_no_storage"] = "a tensor without values (device meta). Save the model with its values",
        ["_rebuild_tensor_v3"] = "a tensor of a type like float8 or uint16. Save it as tensor.float()",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The global, or null where it is not allowed.</summary>
    /// <exception cref="FormatException">It makes tensors of a kind that is known and cannot be read.</exception>
    public static PickleGlobal? Find(string module, string name)
    {
        if (module == "torch._utils" && Unsupported.TryGetValue(name, out string? kind))
        {
            throw new FormatException($"'{name}' makes {kind}, in Python; such tensors cannot be read.");
        }

        return name.Contains('.', StringComparison.Ordinal) ? null : Allowed.GetValueOrDefault($"{module}.{name}");
    }

    /// <summary>
    /// What stands for a class of tensors before 0.4, <c>torch.FloatTensor</c> for example: the class of its storage; null where there is none.
    /// </summary>
    public static PyTorchStorageType? FindTensorClass(string module, string name) =>
        name.EndsWith("Tensor", StringComparison.Ordinal) ? Find(module, name[..^"Tensor".Length] + "Storage") as PyTorchStorageType : null;

    private static IEnumerable<PickleGlobal> All() =>
    [
        .. Storages("torch"),
        .. Storages("torch.cuda"),
        .. DataTypes.Select(name => new PickleGlobal($"torch.{name}")),
        new("torch._utils._rebuild_tensor", (reader, arguments) => PyTorchTensor.Rebuild(reader, Exactly(arguments, 4))),
        new("torch._utils._rebuild_tensor_v2", RebuildVersion2),
        new("torch._utils._rebuild_parameter", (_, arguments) => Tensor(Exactly(arguments, 3)[0])),
        new("torch.nn.parameter.Parameter", (_, arguments) => PyTorchParameter.Make(arguments), PyTorchParameter.Make),
        new("collections.OrderedDict", OrderedDictionary),
        new("collections.Counter", (_, arguments) => Only<PickleDictionary>(arguments)),
        new("torch.Size", (_, arguments) => Only<PickleTuple>(arguments)),
        new("torch.device", (_, arguments) => arguments),
        new("builtins.set", (_, arguments) => Only<PickleList>(arguments)),
        new("__builtin__.set", (_, arguments) => Only<PickleList>(arguments)),
    ];

    private static IEnumerable<PickleGlobal> Storages(string module) =>
    [
        new PyTorchStorageType($"{module}.DoubleStorage", torch.ScalarType.Float64, 8),
        new PyTorchStorageType($"{module}.FloatStorage", torch.ScalarType.Float32, 4),
        new PyTorchStorageType($"{module}.HalfStorage", torch.ScalarType.Float16, 2),
        new PyTorchStorageType($"{module}.BFloat16Storage", torch.ScalarType.BFloat16, 2),
        new PyTorchStorageType($"{module}.ComplexDoubleStorage", torch.ScalarType.ComplexFloat64, 16),
        new PyTorchStorageType($"{module}.ComplexFloatStorage", torch.ScalarType.ComplexFloat32, 8),
        new PyTorchStorageType($"{module}.LongStorage", torch.ScalarType.Int64, 8),
        new PyTorchStorageType($"{module}.IntStorage", torch.ScalarType.Int32, 4),
        new PyTorchStorageType($"{module}.ShortStorage", torch.ScalarType.Int16, 2),
        new PyTorchStorageType($"{module}.CharStorage", torch.ScalarType.Int8, 1),
        new PyTorchStorageType($"{module}.ByteStorage", torch.ScalarType.Byte, 1),
        new PyTorchStorageType($"{module}.BoolStorage", torch.ScalarType.Bool, 1),
    ];

    // (storage, offset, shape, strides, requires_grad, hooks), since 1.13 with a seventh: attributes such as "conjugated".
    private static PyTorchTensor RebuildVersion2(PickleReader reader, PickleTuple arguments)
    {
        if (arguments.Items.Count == 7)
        {
            return arguments.Items[6] is null or PickleDictionary { Entries.Count: 0 }
                ? PyTorchTensor.Rebuild(reader, arguments.Items)
                : throw new FormatException("a tensor is stored with attributes (conjugated, negated), which cannot be read.");
        }

        return PyTorchTensor.Rebuild(reader, Exactly(arguments, 6));
    }

    private static PyTorchTensor Tensor(object? value) =>
        value as PyTorchTensor ?? throw new FormatException("a parameter is made of something else than a tensor.");

    // Python 3 writes OrderedDict() and sets the entries; Python 2 OrderedDict([[key, value], ...]).
    private static PickleDictionary OrderedDictionary(PickleReader reader, PickleTuple arguments) => arguments.Items switch
    {
        [] => new PickleDictionary(ordered: true),
        [PickleList pairs] => reader.OrderedDictionary(pairs.Items),
        _ => throw new FormatException("an OrderedDict is made of something else than a list."),
    };

    private static IReadOnlyList<object?> Exactly(PickleTuple arguments, int count) =>
        arguments.Items.Count == count
            ? arguments.Items
            : throw new FormatException($"a function of {count} arguments is called with {arguments.Items.Count}.");

    private static T Only<T>(PickleTuple arguments) =>
        arguments.Items is [T value]
            ? value
            : throw new FormatException("a container is made of something else than what it is written with.");
}
