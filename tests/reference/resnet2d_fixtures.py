"""Writes the fixtures that the tests compare ResNet2D with, from torchvision.

    python3 tests/reference/resnet2d_fixtures.py

Made with Debian 12's python3-torch 1.13.0 and python3-torchvision 0.14.1. Weights and input are not stored: both sides make
them by the same formula from key and element index, bit for bit, and `weights_sha256` proves it.
"""

import hashlib
import json
import math
import os
import zlib

import numpy as np
import torch
import torchvision

FOLDER = os.path.join(os.path.dirname(__file__), "..", "UcfActionRecognition.Tests", "Fixtures", "models")
CLASSES = 101
LABELS = [3, 77, 0, 100]
INPUT_SHAPE = (4, 3, 96, 96)


def uniform(key, count):
    """`count` float64 in [-1, 1): a hash (murmur3's finaliser) of the key's CRC-32 and the element's index."""
    with np.errstate(over="ignore"):
        x = np.arange(count, dtype=np.uint32) * np.uint32(2654435761) + np.uint32(zlib.crc32(key.encode()))
        x ^= x >> np.uint32(16)
        x *= np.uint32(0x85EBCA6B)
        x ^= x >> np.uint32(13)
        x *= np.uint32(0xC2B2AE35)
        x ^= x >> np.uint32(16)
    return x.astype(np.float64) / 2147483648.0 - 1.0


def formula(key, shape):
    """The value of one state-dict entry, at scales that keep activations near 1 through all layers."""
    if key.endswith("num_batches_tracked"):
        return torch.tensor(7, dtype=torch.int64)
    u = uniform(key, math.prod(shape))
    if key.endswith("running_var"):
        v = 1.0 + 0.5 * u
    elif key.endswith("running_mean"):
        v = 0.1 * u
    elif len(shape) >= 2:
        v = u * math.sqrt(6.0 / math.prod(shape[1:]))
    elif key.endswith("weight"):
        v = 0.75 + 0.25 * u
    else:
        v = 0.1 * u
    return torch.from_numpy(v.astype(np.float32).reshape(shape))


def sha256(state):
    digest = hashlib.sha256()
    for key in sorted(state):
        digest.update(state[key].contiguous().numpy().tobytes())
    return digest.hexdigest()


def norm(tensor):
    return float(tensor.double().norm())


def numbers(tensor):
    return [float(value) for value in tensor.flatten()]


def fixture(depth, last_block):
    model = getattr(torchvision.models, f"resnet{depth}")(num_classes=CLASSES)
    model.load_state_dict({key: formula(key, tuple(value.shape)) for key, value in model.state_dict().items()})
    frames = torch.from_numpy(uniform("input", math.prod(INPUT_SHAPE)).astype(np.float32).reshape(INPUT_SHAPE)).double()
    result = {
        "depth": depth,
        "classes": CLASSES,
        "labels": LABELS,
        "input_shape": INPUT_SHAPE,
        "weights_sha256": sha256(model.state_dict()),
    }

    # In float64, so that the numbers are the network's and not those of one machine's rounding: with random weights and BatchNorms
    # in training mode, the 50 layers make 1e-4 of float32's 1e-7.
    model.double()
    with torch.no_grad():
        result["eval_logits"] = numbers(model.eval()(frames))

    # The assignment's way: the whole model in training mode, only the last block and the classifier trained.
    model.train()
    for key, parameter in model.named_parameters():
        parameter.requires_grad = key.startswith((last_block, "fc."))
    trained = [(key, parameter) for key, parameter in model.named_parameters() if parameter.requires_grad]
    before = {key: parameter.detach().clone() for key, parameter in trained}
    optimizer = torch.optim.Adam([parameter for _, parameter in trained], lr=1e-4)
    labels = torch.tensor(LABELS)
    logits = model(frames)
    loss = torch.nn.functional.cross_entropy(logits, labels)
    loss.backward()
    result["train_logits"] = numbers(logits.detach())
    result["loss"] = float(loss)
    result["gradient_norms"] = {key: norm(parameter.grad) for key, parameter in trained}
    result["fc_bias_gradient"] = numbers(model.fc.bias.grad)
    last_norm = "layer4." + last_block.split(".")[1] + (".bn3" if depth >= 50 else ".bn2")
    result["last_norm"] = last_norm
    result["last_norm_bias_gradient"] = numbers(dict(trained)[last_norm + ".bias"].grad)
    optimizer.step()
    result["update_norms"] = {key: norm(parameter.detach() - before[key]) for key, parameter in trained}
    state = model.state_dict()
    result["running_norms"] = {
        key: norm(state[key]) for key in ["bn1.running_mean", "layer2.0.bn1.running_var", last_norm + ".running_mean", last_norm + ".running_var"]
    }
    with torch.no_grad():
        result["loss_after_step"] = float(torch.nn.functional.cross_entropy(model(frames), labels))
    return result


def write(name, value):
    with open(os.path.join(FOLDER, name), "w", encoding="ascii", newline="\n") as file:
        json.dump(value, file, separators=(",", ":"))
        file.write("\n")


def main():
    os.makedirs(FOLDER, exist_ok=True)
    torch.set_num_threads(1)
    for depth, last_block in [(18, "layer4.1."), (50, "layer4.2.")]:
        write(f"resnet{depth}.json", fixture(depth, last_block))
    for depth in [18, 34, 50, 101, 152]:
        model = getattr(torchvision.models, f"resnet{depth}")(num_classes=CLASSES)
        with open(os.path.join(FOLDER, f"resnet{depth}-keys.txt"), "w", encoding="ascii", newline="\n") as file:
            for key, value in sorted(model.state_dict().items()):
                file.write(f"{key} {str(value.dtype).removeprefix('torch.')} [{','.join(map(str, value.shape))}]\n")


if __name__ == "__main__":
    main()
