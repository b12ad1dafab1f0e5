"""Writes the small files of torch.save that the reader's tests read, in all three formats, and what PyTorch reads from them (pytorch.json).

    /usr/bin/python3 tests/reference/pytorch_fixtures.py

Needs Debian's python3-torch (1.13). What that version no longer writes is written by a pickler that answers as older ones did.
"""

import collections
import copyreg
import io
import json
import os
import pickle
import struct
import tarfile
import types

import torch

import pytorch_reader

FOLDER = os.path.join(os.path.dirname(__file__), "..", "UcfActionRecognition.Tests", "Fixtures", "weights")
FORMATS = {"zip": True, "legacy": False}
VIEW = ("a view", 3, 8)


class OldPickler(pickle._Pickler):
    """Writes tensors by the rebuild function of PyTorch 0.1 to 0.3, CUDA storages by the classes they once had, and storage views."""

    def reducer_override(self, value):
        if type(value) is torch.Tensor:
            size, stride = tuple(value.size()), value.stride()
            return torch._utils._rebuild_tensor, (torch.storage.TypedStorage(wrap_storage=value.storage().untyped(), dtype=value.dtype),
                                                  value.storage_offset(), size, stride)
        return NotImplemented

    @property
    def persistent_id(self):
        return self._answer

    @persistent_id.setter
    def persistent_id(self, original):
        def answer(value):
            saved = original(value)
            if saved is not None and saved[0] == "storage":
                saved = saved[:3] + ("cuda:1",) + saved[4:]
                if len(saved) == 6 and saved[4] == 12:
                    saved = saved[:5] + (VIEW,)
            return saved

        self._answer = answer

    def save_global(self, value, name=None):
        if value is torch.FloatStorage:
            self.write(b"ctorch.cuda\nFloatStorage\n")
            self.memoize(value)
        else:
            super().save_global(value, name)


class Tiny(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(2))

    def forward(self, x):
        return x * self.weight


OLD = types.SimpleNamespace(__name__="old", Pickler=OldPickler, dump=pickle.dump)


def numbers(*shape, dtype=torch.float32):
    count = 1
    for length in shape:
        count *= length
    return (torch.arange(count, dtype=torch.float64) - 2).reshape(shape).to(dtype)


def every_type():
    state = collections.OrderedDict()
    for name in ("float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "complex64", "complex128"):
        state[name] = numbers(2, 3, dtype=getattr(torch, name))
    state["uint8"] = torch.tensor([0, 1, 127, 128, 255], dtype=torch.uint8)
    state["bool"] = torch.tensor([[True, False], [False, False]])
    state["scalar"] = torch.tensor(7)
    state["empty"] = torch.zeros(0, 3)
    state["naïve name \u2603"] = torch.tensor([1e-40, float("inf"), -0.0])
    state["parameter"] = torch.nn.Parameter(numbers(3))
    return state


def every_layout():
    base = numbers(4, 5)
    return {
        "base": base,
        "rows": base[1:3],
        "columns": base[:, 1:4:2],
        "transposed": base.t(),
        "element": base[2, 3],
        "permuted": numbers(2, 3, 4).permute(2, 0, 1),
        "channels last": numbers(2, 3, 4, 5).to(memory_format=torch.channels_last),
        "expanded": torch.tensor([[1.0], [2.0]]).expand(2, 4),
        "tied": base,
        "one index": numbers(6, 1).t()[:, ::2],
        "flags": torch.tensor([True, False, True, True]).reshape(2, 2).t(),
        "epoch": 3,
    }


def checkpoint():
    layer = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3))
    torch.nn.init.constant_(layer[0].weight, 0.25)
    torch.nn.init.constant_(layer[0].bias, -1)
    optimizer = torch.optim.Adam(layer.parameters())
    layer(numbers(4, 2)).sum().backward()
    optimizer.step()
    state = collections.OrderedDict(("module.module." + key, value) for key, value in layer.state_dict().items())
    return {
        "epoch": 12, "arch": "small", "best": 0.75, "done": True, "steps": [10, -20, 1 << 40, None], "size": torch.Size([2, 3]), "device": torch.device("cuda:0"),
        "type": torch.float32, "milestones": collections.Counter([5, 5, 9]), "names": {"a"}, "state_dict": state, "optimizer": optimizer.state_dict(),
    }


def python2():
    """As Python 2 wrote it: byte strings, and an OrderedDict made of a list of lists."""
    def text(value):
        return b"U" + bytes([len(value)]) + value.encode()

    storage = b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text("94") + text("cpu") + b"K\x04NtQ"
    tensor = b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + b"K\x01K\x03\x85K\x01\x85\x89ccollections\nOrderedDict\n]\x85RtR"
    root = b"\x80\x02ccollections\nOrderedDict\n](](" + text("lin.weight") + tensor + b"ee\x85R."
    system = b"\x80\x02}(" + text("protocol_version") + b"M\xe9\x03" + text("little_endian") + b"\x88" + text("type_sizes") + b"}u."
    data = struct.pack("<q4f", 4, 1, 2, 3, 4)
    start = pickle.dumps(torch.serialization.MAGIC_NUMBER, 2) + pickle.dumps(torch.serialization.PROTOCOL_VERSION, 2)
    return start + system + root + b"\x80\x02](" + text("94") + b"e." + data


# The types of PyTorch 0.1, by which its classes of tensors and storages were named.
OLD_TYPES = {torch.float64: "Double", torch.float32: "Float", torch.float16: "Half", torch.int64: "Long", torch.int32: "Int",
             torch.int16: "Short", torch.int8: "Char", torch.uint8: "Byte"}


class TarWriter(pickle._Pickler):
    """Writes the tar format of PyTorch before 0.1.10, which 1.13 reads and does not write. Keys are counted; they were addresses once."""

    def __init__(self, file, protocol):
        super().__init__(file, protocol)
        self.tensors = {}

    def persistent_id(self, value):
        if type(value) is not torch.Tensor:
            return None
        if value._cdata not in self.tensors:
            self.tensors[value._cdata] = (94_000_000_000_000 + 64 * len(self.tensors), value)
        return str(self.tensors[value._cdata][0])

    def reducer_override(self, value):
        """A parameter, as versions 0.1.5 to 0.3 reduced it, and, where it takes no gradient, as the first ones did."""
        if type(value) is torch.nn.Parameter and value.requires_grad:
            return torch.nn.Parameter, (value.data,), (True, False, collections.OrderedDict())
        if type(value) is torch.nn.Parameter:
            return copyreg.__newobj__, (torch.nn.Parameter,), (value.data, None, collections.OrderedDict(), False, False)
        return NotImplemented


def old_class(dtype, kind, module=b"torch"):
    return b"c" + module + b"\n" + (OLD_TYPES[dtype] + kind).encode() + b"\n"


def record(key, second, old_name):
    """A pickle of (key, second, class); the classes of tensors have no pickle of their own today."""
    return b"\x80\x02(" + pickle.dumps(key, 2)[2:-1] + pickle.dumps(second, 2)[2:-1].partition(b"q\x00")[0] + old_name + b"t."


def tar(value, view=False):
    file = io.BytesIO()
    writer = TarWriter(file, 2)
    writer.dump(value)
    # Arrays, which grow in place: of large models, bytes would be copied again for each tensor.
    roots, tensors = {}, bytearray(pickle.dumps(len(writer.tensors), 2))
    for key, tensor in writer.tensors.values():
        storage = tensor.storage()
        root, _ = roots.setdefault(storage.data_ptr() or key, (95_000_000_000_000 + 64 * len(roots), tensor))
        tensors += record(key, root + 1 if view else root, old_class(tensor.dtype, "Tensor", b"torch.cuda" if view else b"torch"))
        sizes = (*tensor.size(), *tensor.stride(), tensor.storage_offset())
        # Four bytes of the number of dimensions are what lay in memory.
        tensors += struct.pack(f"<i4s{len(sizes)}q", tensor.dim(), b"junk", *sizes)
    storages, views = bytearray(pickle.dumps(len(roots), 2)), []
    for root, tensor in roots.values():
        whole = torch.empty(0, dtype=tensor.dtype).set_(tensor.storage())
        storages += record(root, "cuda:1" if view else "cpu", old_class(tensor.dtype, "Storage"))
        storages += struct.pack("<q", len(whole)) + pytorch_reader.raw(whole)
        if view:
            views.append((root + 1, root, 0, len(whole)))
    system = {"protocol_version": 1000, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 8}}
    members = {"sys_info": pickle.dumps(system, 2), "pickle": file.getvalue(), "tensors": tensors, "storages": storages + pickle.dumps(views, 2)}
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:", format=tarfile.PAX_FORMAT) as output:
        for name, content in members.items():
            # A time with fractions of seconds, as of a real file, is written as an extended header.
            information = tarfile.TarInfo(name)
            information.size, information.mtime = len(content), 1_487_000_000.25
            output.addfile(information, io.BytesIO(content))
    return archive.getvalue()


def old_types():
    state = collections.OrderedDict((OLD_TYPES[dtype], numbers(2, 3, dtype=dtype)) for dtype in OLD_TYPES)
    state["parameter"] = torch.nn.Parameter(numbers(3))
    state["first parameter"] = torch.nn.Parameter(numbers(2, 2), requires_grad=False)
    state["na\u00efve name \u2603"] = torch.tensor([1e-40, float("inf"), -0.0])
    return state


def old_layouts():
    return {key: value for key, value in every_layout().items() if key != "flags"}


def save(name, value, readable=True, **options):
    buffer = io.BytesIO()
    torch.save(value, buffer, **options)
    write(name, buffer.getvalue())
    return name if readable else None


def write(name, content):
    with open(os.path.join(FOLDER, name), "wb") as file:
        file.write(content)
    return name


def main():
    torch.manual_seed(0)
    files = []
    for name, zipped in FORMATS.items():
        options = {"_use_new_zipfile_serialization": zipped}
        files += [
            save(f"types-{name}.pth", every_type(), **options),
            save(f"layouts-{name}.pth", every_layout(), **options),
            save(f"checkpoint-{name}.pth.tar", checkpoint(), **options),
            save(f"protocol4-{name}.pt", {"model": every_layout(), "names": frozenset("ab"), "raw": b"\x00\xff"}, pickle_protocol=4, **options),
            save(f"old-{name}.th", {"a": numbers(2, 2), "b": numbers(3, 4).flatten()[:6]}, pickle_module=OLD, **options),
        ]
        save(f"whole-model-{name}.pth", Tiny(), readable=False, **options)
        save(f"no-weights-{name}.pth", {"epoch": 3, "lists": [[torch.ones(2)]]}, readable=False, **options)
    files += [
        write("python2.pth", python2()),
        write("types-tar.pth", tar(old_types())),
        write("layouts-tar.pth", tar(old_layouts())),
        write("checkpoint-tar.pth.tar", tar({"epoch": 3, "names": ["a", "b"], "model": {f"module.{key}": value for key, value in old_types().items()}})),
        write("views-tar.pth", tar({"a": numbers(2, 2), "b": numbers(3, 4).flatten()[2:6]}, view=True)),
    ]
    write("whole-model-tar.pth", tar(Tiny()))
    buffer = io.BytesIO()
    torch.jit.save(torch.jit.script(Tiny()), buffer)
    write("torchscript.pt", buffer.getvalue())

    expected = {name: pytorch_reader.describe(os.path.join(FOLDER, name)) for name in files}
    with open(os.path.join(FOLDER, "pytorch.json"), "w") as file:
        json.dump(expected, file, indent=1, sort_keys=True)
        file.write("\n")


if __name__ == "__main__":
    main()
