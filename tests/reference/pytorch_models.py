"""PyTorch's side of the exchange of whole models with the library: ResNet-50 and 3D ResNet-50.

    python3 tests/reference/pytorch_models.py write FOLDER    saves both, in all three formats of torch.save, and prints their logits
    python3 tests/reference/pytorch_models.py read FILE NAME  loads a checkpoint of the library into one and prints its logits

NAME is resnet50 or resnet3d50. The input is by formula, as in resnet2d_fixtures.py; weights that are saved are, too. The library's
files are read by safetensors_reader.py, which knows no PyTorch.
"""

import json
import math
import os
import sys

import numpy as np
import torch
import torchvision

import pytorch_fixtures
from resnet2d_fixtures import CLASSES, formula, numbers, uniform
from resnet3d_fixtures import ResNet3D
from safetensors_reader import read

MODELS = {
    "resnet50": (lambda: torchvision.models.resnet50(num_classes=CLASSES), (2, 3, 64, 72)),
    "resnet3d50": (lambda: ResNet3D(50, CLASSES), (2, 3, 17, 34, 33)),
}


def logits(name, state):
    make, shape = MODELS[name]
    model = make().eval()
    model.load_state_dict(state)
    frames = torch.from_numpy(uniform("input", math.prod(shape)).astype(np.float32).reshape(shape))
    with torch.no_grad():
        return {"shape": shape, "logits": numbers(model(frames))}


def write_all(folder):
    result = {}
    for name, (make, _) in MODELS.items():
        state = {key: formula(key, tuple(value.shape)) for key, value in make().state_dict().items()}
        torch.save(state, os.path.join(folder, f"{name}-zip.pth"))
        parallel = {"state_dict": {f"module.{key}": value for key, value in state.items()}, "epoch": 3}
        torch.save(parallel, os.path.join(folder, f"{name}-legacy.pth"), _use_new_zipfile_serialization=False)
        with open(os.path.join(folder, f"{name}-tar.pth"), "wb") as file:
            file.write(pytorch_fixtures.tar(state))
        result[name] = logits(name, state)
    return result


def read_one(path, name):
    _, tensors = read(path)
    return logits(name, {key: torch.from_numpy(array.copy()) for key, (_, array, _) in tensors.items()})


def main():
    print(json.dumps(write_all(sys.argv[2]) if sys.argv[1] == "write" else read_one(*sys.argv[2:])))


if __name__ == "__main__":
    main()
