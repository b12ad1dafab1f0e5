"""Writes the fixtures that the tests compare ResNet3D with, from an implementation of its own of the papers' architecture.

    python3 tests/reference/resnet3d_fixtures.py

Hara, Kataoka, Satoh: "Learning spatio-temporal features with 3D residual networks" (2017), "Can spatiotemporal 3D CNNs retrace the
history of 2D CNNs and ImageNet?" (2018). Made with Debian 12's python3-torch 1.13.0. Weights, input and what is stored are those of
resnet2d_fixtures.py.
"""

import torch
from torch import nn
from torch.nn import functional

from resnet2d_fixtures import CLASSES, fixture, write, write_keys

BLOCKS = {10: [1, 1, 1, 1], 18: [2, 2, 2, 2], 34: [3, 4, 6, 3], 50: [3, 4, 6, 3], 101: [3, 4, 23, 3], 152: [3, 8, 36, 3], 200: [3, 24, 36, 3]}


class Block(nn.Module):
    """One residual block: `kernels` are its convolutions' sizes; the first of size 3 has the stride."""

    def __init__(self, channels_in, widths, kernels, stride, shortcut):
        super().__init__()
        self.count, self.stride, self.out = len(kernels), stride, widths[-1]
        strided = kernels.index(3)
        for i, (width, kernel) in enumerate(zip(widths, kernels)):
            source = channels_in if i == 0 else widths[i - 1]
            step = stride if i == strided else 1
            setattr(self, f"conv{i + 1}", nn.Conv3d(source, width, kernel, stride=step, padding=kernel // 2, bias=False))
            setattr(self, f"bn{i + 1}", nn.BatchNorm3d(width))
        self.same = stride == 1 and channels_in == self.out
        if not self.same and shortcut == "B":
            self.downsample = nn.Sequential(nn.Conv3d(channels_in, self.out, 1, stride=stride, bias=False), nn.BatchNorm3d(self.out))

    def forward(self, x):
        y = x
        for i in range(1, self.count + 1):
            y = getattr(self, f"bn{i}")(getattr(self, f"conv{i}")(y))
            if i < self.count:
                y = functional.relu(y)
        if hasattr(self, "downsample"):
            x = self.downsample(x)
        elif not self.same:
            x = functional.avg_pool3d(x, kernel_size=1, stride=self.stride)
            x = torch.cat([x, x.new_zeros(x.shape[0], self.out - x.shape[1], *x.shape[2:])], dim=1)
        return functional.relu(x + y)


class ResNet3D(nn.Module):
    def __init__(self, depth, classes, shortcut="B", layer4_blocks=None):
        super().__init__()
        self.conv1 = nn.Conv3d(3, 64, 7, stride=(1, 2, 2), padding=3, bias=False)
        self.bn1 = nn.BatchNorm3d(64)
        channels = 64
        for stage, count in enumerate(BLOCKS[depth]):
            width = 64 * 2**stage
            blocks = []
            for i in range(count):
                stride = 2 if stage > 0 and i == 0 else 1
                if depth < 50:
                    blocks.append(Block(channels, [width, width], [3, 3], stride, shortcut))
                else:
                    blocks.append(Block(channels, [width, width, 4 * width], [1, 3, 1], stride, shortcut))
                channels = blocks[-1].out
            if stage == 3:
                blocks = blocks[:layer4_blocks]
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.fc = nn.Linear(channels, classes)

    def forward(self, x):
        x = functional.max_pool3d(functional.relu(self.bn1(self.conv1(x))), kernel_size=3, stride=2, padding=1)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(x.mean(dim=(2, 3, 4)))


def main():
    torch.set_num_threads(1)
    for depth in BLOCKS:
        write_keys(f"resnet3d{depth}", ResNet3D(depth, 400))

    # Three different lengths that are no multiples of the strides; 2 x 2 x 2 values a channel are left for layer4's BatchNorms. Where
    # everything is trained, no ReLU's input is within 1e-6 of zero in evaluation mode: rounding to float32 cannot switch its gradient.
    for name, depth, shortcut, layer4_blocks, scope, trained in [
        ("resnet3d10", 10, "B", None, "All", ""),
        ("resnet3d18-a", 18, "A", None, "All", ""),
        ("resnet3d18-b", 18, "B", None, "LastStage", ("layer4.", "fc.")),
        ("resnet3d50-truncated", 50, "B", 1, "LastBlock", ("layer4.0.", "fc.")),
        ("resnet3d50", 50, "B", None, "LastStage", ("layer4.", "fc.")),
    ]:
        model = ResNet3D(depth, CLASSES, shortcut, layer4_blocks)
        made = {"depth": depth, "classes": CLASSES, "shortcut": shortcut, "layer4_blocks": layer4_blocks, "scope": scope}
        write(f"{name}.json", made | fixture(model, trained, (2, 3, 17, 34, 33), [3, 17]))


if __name__ == "__main__":
    main()
