"""Prints what PyTorch itself reads from files of torch.save, as JSON: type, shape and SHA-256 of each tensor's row-major bytes.

    /usr/bin/python3 tests/reference/pytorch_reader.py FILE...

Needs Debian's python3-torch.
"""

import hashlib
import json
import sys

import torch


def state_dict(loaded):
    for key in ("state_dict", "model_state_dict", "model"):
        if isinstance(loaded.get(key), dict):
            return loaded[key]
    return loaded


def raw(tensor):
    tensor = tensor.detach().contiguous()
    # numpy has no bfloat16.
    return (tensor.view(torch.int16) if tensor.dtype == torch.bfloat16 else tensor).numpy().tobytes()


def describe(path):
    tensors = state_dict(torch.load(path, map_location="cpu"))
    return {
        key: {"dtype": str(tensor.dtype), "shape": list(tensor.shape), "sha256": hashlib.sha256(raw(tensor)).hexdigest()}
        for key, tensor in tensors.items()
        if isinstance(tensor, torch.Tensor)
    }


if __name__ == "__main__":
    print(json.dumps({path: describe(path) for path in sys.argv[1:]}))
