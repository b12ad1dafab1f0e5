"""Trains a truncated 3D ResNet-50 on clips in PyTorch as course scripts do (Part 2): the peer of "measure step" and "measure evaluate" of clips.

    python3 benchmarks/peer/train_3d.py step --batch 8 --batch-norm train [--steps 3] [--warm-up 1] [--threads N] [--weights FILE]
    python3 benchmarks/peer/train_3d.py evaluate --folder FOLDER [--videos 2] [--weights FILE]
    python3 benchmarks/peer/train_3d.py epoch --data ROOT [--batch 32] [--weights FILE] [--output FILE]
    python3 benchmarks/peer/train_3d.py weights --output FILE

FOLDER holds <Class>/<video>.hdf5, ROOT is a folder with UCF-101-hdf5/ and ucfTrainTestlist/. Needs Debian's python3-torch, python3-h5py and
python3-opencv.

The network of kenshohara/3D-ResNets-PyTorch with shortcut B, run by hand: conv1 to layer3 under no_grad, then the first block of layer4, the average
and the new classifier, which are trained with Adam at 1e-4 and cross entropy; the other two blocks are there and not used. Eager, float32,
contiguous. Whole videos: the full sequence at once, averaged over what is left of time and space. training.py has the loops.

Prints one line of JSON.
"""

import sys

import torch
from torch import nn

import training

NETWORK = "clips"
FRAMES = 16
SHAPE = (3, 16, 224, 224)
BATCH = 32
KINETICS_CLASSES = 400


class Bottleneck(nn.Module):
    def __init__(self, channels, width, stride):
        super().__init__()
        self.conv1 = nn.Conv3d(channels, width, kernel_size=1, bias=False)
        self.bn1 = nn.BatchNorm3d(width)
        self.conv2 = nn.Conv3d(width, width, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm3d(width)
        self.conv3 = nn.Conv3d(width, 4 * width, kernel_size=1, bias=False)
        self.bn3 = nn.BatchNorm3d(4 * width)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = None
        if stride != 1 or channels != 4 * width:
            self.downsample = nn.Sequential(nn.Conv3d(channels, 4 * width, kernel_size=1, stride=stride, bias=False), nn.BatchNorm3d(4 * width))

    def forward(self, x):
        residual = x if self.downsample is None else self.downsample(x)
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        out += residual
        return self.relu(out)


class ResNet3D(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.channels = 64
        self.conv1 = nn.Conv3d(3, 64, kernel_size=7, stride=(1, 2, 2), padding=3, bias=False)
        self.bn1 = nn.BatchNorm3d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool3d(kernel_size=3, stride=2, padding=1)
        self.layer1 = self.stage(64, 3, stride=1)
        self.layer2 = self.stage(128, 4, stride=2)
        self.layer3 = self.stage(256, 6, stride=2)
        self.layer4 = self.stage(512, 3, stride=2)
        self.fc = nn.Linear(2048, classes)
        for module in self.modules():
            if isinstance(module, nn.Conv3d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out")

    def stage(self, width, count, stride):
        blocks = []
        for index in range(count):
            blocks.append(Bottleneck(self.channels, width, stride if index == 0 else 1))
            self.channels = 4 * width
        return nn.Sequential(*blocks)

    def forward(self, x):
        with torch.no_grad():
            h = self.relu(self.bn1(self.conv1(x)))
            h = self.maxpool(h)
            h = self.layer1(h)
            h = self.layer2(h)
            h = self.layer3(h)
        h = self.layer4[0](h)
        h = nn.functional.avg_pool3d(h, kernel_size=h.shape[2:])
        return self.fc(h.flatten(1))


def make_model(weights=None):
    model = ResNet3D(KINETICS_CLASSES)
    if weights:
        state = torch.load(weights, map_location="cpu")["state_dict"]
        model.load_state_dict({key[len("module."):]: value for key, value in state.items()})
    else:
        set_statistics(model)
    model.fc = nn.Linear(2048, training.CLASSES)
    for parameter in model.parameters():
        parameter.requires_grad = False
    for part in (model.layer4[0], model.fc):
        for parameter in part.parameters():
            parameter.requires_grad = True
    return model


def set_statistics(model):
    training.set_statistics(model, training.smooth_pictures((8, 3, 16, 112, 112)))


def score_video(model, frames):
    """Logits of the whole sequence."""
    x = torch.from_numpy(frames.transpose(1, 0, 2, 3)[None]).contiguous()
    return model(x)


def write_weights(path):
    model = ResNet3D(KINETICS_CLASSES)
    set_statistics(model)
    torch.save({"state_dict": {f"module.{key}": value for key, value in model.state_dict().items()}}, path)


if __name__ == "__main__":
    training.main(sys.modules[__name__], __doc__)
