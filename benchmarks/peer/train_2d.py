"""Trains ResNet-50 on single frames in PyTorch as course scripts do (Part 1): the peer of "measure step" and "measure evaluate" of frames.

    python3 benchmarks/peer/train_2d.py step --batch 100 --batch-norm train [--steps 3] [--warm-up 1] [--threads N] [--weights FILE]
    python3 benchmarks/peer/train_2d.py evaluate --folder FOLDER [--videos 2] [--weights FILE]
    python3 benchmarks/peer/train_2d.py epoch --data ROOT [--batch 100] [--weights FILE] [--output FILE]
    python3 benchmarks/peer/train_2d.py weights --output FILE

FOLDER holds <Class>/<video>.hdf5, ROOT is a folder with UCF-101-hdf5/ and ucfTrainTestlist/. Needs Debian's python3-torch, python3-torchvision,
python3-h5py and python3-opencv.

torchvision's model with a new classifier; the last block and the classifier require gradients, nothing else; Adam at 1e-4, cross entropy. Eager,
float32, contiguous. Whole videos: all frames, in chunks of 200. training.py has the loops.

Prints one line of JSON.
"""

import sys

import torch
import torchvision
from torch import nn

import training

NETWORK = "frames"
FRAMES = 1
SHAPE = (3, 224, 224)
BATCH = 100


def make_model(weights=None):
    model = torchvision.models.resnet50(num_classes=1000)
    if weights:
        model.load_state_dict(torch.load(weights, map_location="cpu"))
    else:
        training.set_statistics(model, training.smooth_pictures((32,) + SHAPE))
    model.fc = nn.Linear(2048, training.CLASSES)
    for parameter in model.parameters():
        parameter.requires_grad = False
    for part in (model.layer4[2], model.fc):
        for parameter in part.parameters():
            parameter.requires_grad = True
    return model


def score_video(model, frames):
    """Logits of every frame."""
    chunks = [frames[first:first + training.FRAMES_PER_CHUNK] for first in range(0, len(frames), training.FRAMES_PER_CHUNK)]
    return torch.cat([model(torch.from_numpy(chunk)) for chunk in chunks])


def write_weights(path):
    model = torchvision.models.resnet50(num_classes=1000)
    training.set_statistics(model, training.smooth_pictures((32,) + SHAPE))
    torch.save(model.state_dict(), path)


if __name__ == "__main__":
    training.main(sys.modules[__name__], __doc__)
