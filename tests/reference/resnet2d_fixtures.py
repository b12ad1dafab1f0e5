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
CLASSES = 20


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
    elif key.endswith("bn3.weight"):
        # A bottleneck's branch is weaker than its shortcut, as in trained networks; else 50 layers make 1e-4 of float32's 1e-7.
        v = 0.2 + 0.05 * u
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


def numbers(tensor):
    return [float(value) for value in tensor.detach().flatten()]


def sketches(gradients):
    """For each tensor 16 random sums over it: the norm of their differences estimates that of the tensors' differences."""
    result = {}
    for key, gradient in gradients.items():
        signed = gradient.numpy().ravel() * uniform(key + ".sketch", gradient.numel())
        result[key] = numbers(torch.from_numpy(np.pad(signed, (0, -signed.size % 16)).reshape(-1, 16).sum(0)))
    return result


def fixture(model, trained_prefixes, input_shape, labels):
    """What a model with weights by formula makes of an input by formula, and how it trains; the model is changed."""
    model.load_state_dict({key: formula(key, tuple(value.shape)) for key, value in model.state_dict().items()})
    frames = torch.from_numpy(uniform("input", math.prod(input_shape)).astype(np.float32).reshape(input_shape)).double()
    result = {"labels": labels, "input_shape": input_shape, "weights_sha256": sha256(model.state_dict())}

    # In float64, so that the numbers are the network's and not those of one machine's rounding.
    model.double()

    def train_only(prefixes):
        for key, parameter in model.named_parameters():
            parameter.requires_grad = key.startswith(prefixes)
        return {key: parameter for key, parameter in model.named_parameters() if parameter.requires_grad}

    def backward():
        model.zero_grad()
        logits = model(frames)
        loss = torch.nn.functional.cross_entropy(logits, torch.tensor(labels))
        loss.backward()
        return logits, loss

    trained = train_only(trained_prefixes)
    for mode in ["eval", "train"]:
        model.train(mode == "train")
        logits, loss = backward()
        result[mode] = {
            "logits": numbers(logits),
            "loss": float(loss),
            "gradients": sketches({key: parameter.grad for key, parameter in trained.items()}),
        }

    # Then Adam on the last block and the classifier, from the gradients that are there; BatchNorms in training mode move with each loss.
    trained = train_only((f"layer4.{len(model.layer4) - 1}.", "fc."))
    optimizer = torch.optim.Adam(trained.values(), lr=1e-4)
    before = {key: parameter.detach().clone() for key, parameter in trained.items()}
    losses = [result["train"]["loss"]]
    for _ in range(5):
        optimizer.step()
        if len(losses) == 1:
            result["updates"] = sketches({key: parameter.detach() - before[key] for key, parameter in trained.items()})
        losses.append(float(backward()[1]))
    result["losses"] = losses
    result["buffers"] = {
        key: float(value.double().norm()) for key, value in model.state_dict().items() if key.endswith(("running_mean", "running_var", "tracked"))
    }
    return result


def write(name, value):
    with open(os.path.join(FOLDER, name), "w", encoding="ascii", newline="\n") as file:
        json.dump(value, file, separators=(",", ":"))
        file.write("\n")


def write_keys(name, model):
    with open(os.path.join(FOLDER, f"{name}-keys.txt"), "w", encoding="ascii", newline="\n") as file:
        for key, value in sorted(model.state_dict().items()):
            file.write(f"{key} {str(value.dtype).removeprefix('torch.')} [{','.join(map(str, value.shape))}]\n")


def main():
    os.makedirs(FOLDER, exist_ok=True)
    torch.set_num_threads(1)
    for depth in [18, 34, 50, 101, 152]:
        write_keys(f"resnet{depth}", getattr(torchvision.models, f"resnet{depth}")(num_classes=101))

    for depth, last_block in [(18, "layer4.1."), (50, "layer4.2.")]:
        model = getattr(torchvision.models, f"resnet{depth}")(num_classes=CLASSES)
        write(f"resnet{depth}.json", {"depth": depth, "classes": CLASSES, "scope": "LastBlock"} | fixture(model, (last_block, "fc."), (4, 3, 64, 72), [3, 17, 0, 19]))


if __name__ == "__main__":
    main()
