"""Loads ResNet-50's weights in PyTorch: the peer of WeightsLoadBenchmarks.

    python3 benchmarks/peer/load_weights.py FILE.pth [ROUNDS]

Prints the median, least and most milliseconds of torch.load and load_state_dict into a model that is there, as the benchmark does.
"""

import statistics
import sys
import time

import torch
import torchvision


def main():
    path, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10
    classes = torch.load(path, map_location="cpu")
    classes = classes.get("state_dict", classes)
    prefix = "module." if all(key.startswith("module.") for key in classes) else ""
    model = torchvision.models.resnet50(num_classes=classes[prefix + "fc.weight"].shape[0])
    del classes
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        state = torch.load(path, map_location="cpu")
        state = state.get("state_dict", state)
        model.load_state_dict({key[len(prefix):]: value for key, value in state.items()})
        times.append(1000 * (time.perf_counter() - start))
    print(f"{statistics.median(times):.0f} ms (least {min(times):.0f}, most {max(times):.0f}), torch {torch.__version__}")


if __name__ == "__main__":
    main()
