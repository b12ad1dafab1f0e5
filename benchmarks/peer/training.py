"""What train_2d.py and train_3d.py share: the command line, the clock, and the loops of a course script around a model.

The loops are written as such scripts are: eager PyTorch, contiguous N x C x (T x) H x W tensors of float32, a multiprocessing.Pool that loads a
batch, and the training after it, in turn.
"""

import argparse
import json
import multiprocessing
import os
import pathlib
import random
import re
import statistics
import time

import cv2
import h5py
import numpy as np
import torch
from torch import nn
from torch.nn import functional

from load_clips import MEAN, SIZE, STD, load_clip

CLASSES = 101
LEARNING_RATE = 1e-4
FRAMES_PER_CHUNK = 200
LOADER_PROCESSES = 8


class ResidentMemory:
    """This process's resident set, in bytes, as ResidentMemory of the benchmarks counts it. Linux only."""

    def __init__(self):
        # proc(5): 5 resets the high-water mark to what is resident now.
        pathlib.Path("/proc/self/clear_refs").write_text("5")
        self.start = self.read("VmRSS:")

    def read(self, name):
        with open("/proc/self/status") as lines:
            return next(1024 * int(line.split()[1]) for line in lines if line.startswith(name))

    def peak(self):
        peak = self.read("VmHWM:")
        return {"peak_rise_bytes": peak - self.start, "peak_bytes": peak}


def smooth_pictures(shape):
    """Random pictures, smooth as real ones are, of various contrast and colour, and about as large as normalised pixels."""
    coarse = torch.rand(shape[:-2] + (shape[-2] // 16, shape[-1] // 16)).flatten(0, -4)
    pictures = functional.interpolate(coarse, size=shape[-2:], mode="bilinear", align_corners=False).reshape(shape)
    colors = (shape[0], 3) + (1,) * (len(shape) - 2)
    return (4 * pictures - 2) * (0.2 + torch.rand(colors)) + 2 * torch.rand(colors) - 1


def set_statistics(model, pictures):
    """
    Gives the BatchNorms of a network as initialised the statistics of some pictures. With those that they begin with (mean 0, variance 1) the values
    of a network in evaluation mode grow from block to block; with these they stay within what a trained network has.
    """
    norms = [module for module in model.modules() if isinstance(module, nn.modules.batchnorm._BatchNorm)]
    for norm in norms:
        norm.momentum = 1.0
    model.train()
    with torch.no_grad():
        model(pictures)
    for norm in norms:
        norm.momentum = 0.1


def set_mode(model, batch_norm):
    """Training mode; with frozen BatchNorms, those stay in evaluation mode."""
    model.train()
    if batch_norm == "frozen":
        for module in model.modules():
            if isinstance(module, nn.modules.batchnorm._BatchNorm):
                module.eval()


def make_optimizer(model):
    return torch.optim.Adam([parameter for parameter in model.parameters() if parameter.requires_grad], lr=LEARNING_RATE)


def train_step(model, optimizer, criterion, x, y):
    optimizer.zero_grad()
    output = model(x)
    loss = criterion(output, y)
    loss.backward()
    optimizer.step()
    return output, loss.item()


def measure_step(peer, options):
    """Steps on one batch that is in memory, normalised, before the clock starts."""
    memory = ResidentMemory()
    model = peer.make_model(options.weights)
    x = smooth_pictures((options.batch,) + peer.SHAPE)
    y = torch.randint(CLASSES, (options.batch,))
    set_mode(model, options.batch_norm)
    optimizer = make_optimizer(model)
    criterion = nn.CrossEntropyLoss()
    times = []
    for _ in range(options.warm_up + options.steps):
        start = time.perf_counter()
        _, loss = train_step(model, optimizer, criterion, x, y)
        times.append(time.perf_counter() - start)
    times = times[options.warm_up:]
    median = statistics.median(times)
    return {
        "batch": options.batch, "batch_norm": options.batch_norm, "precision": "float32", "steps": options.steps, "warm_up": options.warm_up,
        "seconds_per_step": median, "least": min(times), "most": max(times), "clips_per_second": options.batch / median, "loss": loss, **memory.peak(),
    }


def read_video(path):
    """All frames of a video, float32 [frames, 3, 224, 224]."""
    with h5py.File(path, "r") as file:
        video = file["video"][:]
    data = np.zeros((len(video), 3, SIZE, SIZE), np.float32)
    for index, frame in enumerate(video):
        frame = cv2.resize(frame.astype(np.float32), (SIZE, SIZE))
        frame = frame / 255.0
        frame = (frame - MEAN) / STD
        data[index] = frame.transpose(2, 0, 1)
    return data


def measure_evaluate(peer, options):
    """Whole videos, one after another: read all frames, then the model in evaluation mode under no_grad."""
    paths = sorted(str(path) for path in options.folder.glob("*/*.hdf5"))
    if not paths:
        raise SystemExit(f"'{options.folder}' holds no <Class>/<video>.hdf5")
    count = min(len(paths), options.videos)
    paths = [paths[index * len(paths) // count] for index in range(count)]
    for path in paths:
        pathlib.Path(path).read_bytes()  # warm: in the page cache
    memory = ResidentMemory()
    model = peer.make_model(options.weights).eval()
    with torch.no_grad():
        model(smooth_pictures((1,) + peer.SHAPE))  # what happens once in a process only

    frames = in_model = 0
    scores = []
    start = time.perf_counter()
    for path in paths:
        data = read_video(path)
        before = time.perf_counter()
        with torch.no_grad():
            logits = peer.score_video(model, data)
        in_model += time.perf_counter() - before
        scores.append(functional.log_softmax(logits, dim=1).sum(0).argsort(descending=True)[:10])
        frames += len(data)
    seconds = time.perf_counter() - start
    return {
        "precision": "float32", "videos": len(paths), "frames": frames, "seconds": seconds, "seconds_in_model": in_model,
        "frames_per_second": frames / seconds, "frames_per_second_in_model": frames / in_model, "largest_logit": logits.abs().max().item(), **memory.peak(),
    }


def read_list(data, name):
    """(path, label) of the videos of a list whose files are there."""
    lists = data / "ucfTrainTestlist"
    labels = {name: int(number) - 1 for number, name in (line.split() for line in (lists / "classInd.txt").read_text().splitlines() if line.strip())}
    videos = []
    for line in (lists / name).read_text().splitlines():
        if line.strip():
            video = line.split()[0]
            path = data / "UCF-101-hdf5" / (video[:-len(".avi")] + ".hdf5")
            if path.exists():
                videos.append((str(path), labels[video.split("/")[0]]))
    return videos


def load_batches(pool, videos, batch, frames, augment):
    """Batches in the order of the videos; the incomplete last one is kept."""
    for first in range(0, len(videos), batch):
        part = videos[first:first + batch]
        data = pool.map(load_clip, [(path, frames, random.getrandbits(63), augment) for path, _ in part])
        x = np.asarray(data, dtype=np.float32)
        yield torch.from_numpy(x), torch.tensor([label for _, label in part])


def run_epoch(peer, options):
    """One epoch of training, then a random clip of each test video, then the model is saved: what a run of one epoch does."""
    pool = multiprocessing.Pool(LOADER_PROCESSES)
    train, test = read_list(options.data, "trainlist01.txt"), read_list(options.data, "testlist01.txt")
    model = peer.make_model(options.weights)
    optimizer = make_optimizer(model)
    criterion = nn.CrossEntropyLoss()
    start = time.perf_counter()
    set_mode(model, options.batch_norm)
    random.shuffle(train)
    correct = 0
    for x, y in load_batches(pool, train, options.batch, peer.FRAMES, augment=True):
        output, loss = train_step(model, optimizer, criterion, x, y)
        correct += (output.argmax(1) == y).sum().item()
    train_seconds = time.perf_counter() - start

    start = time.perf_counter()
    model.eval()
    test_correct = 0
    for x, y in load_batches(pool, test, options.batch, peer.FRAMES, augment=False):
        with torch.no_grad():
            test_correct += (model(x).argmax(1) == y).sum().item()
    test_seconds = time.perf_counter() - start
    if options.output:
        torch.save(model, options.output)
    workers = [process.pid for process in multiprocessing.active_children()]
    result = {
        "batch": options.batch, "batch_norm": options.batch_norm, "train_videos": len(train), "test_videos": len(test), "loss": loss,
        "train_seconds": train_seconds, "test_seconds": test_seconds, "workers": len(workers), "workers_peak_bytes": sum(map(private_peak, workers)),
    }
    pool.close()
    return result


def private_peak(process):
    """The most memory that a process had, without what it shares with others: what it shares stays about the same."""
    status = pathlib.Path(f"/proc/{process}/status").read_text()
    private = sum(1024 * int(kib) for kib in re.findall(r"^Private_\w+:\s+(\d+)", pathlib.Path(f"/proc/{process}/smaps_rollup").read_text(), re.M))
    peak, now = (1024 * int(re.search(rf"^{name}:\s+(\d+)", status, re.M).group(1)) for name in ("VmHWM", "VmRSS"))
    return private + peak - now


def write_weights(peer, options):
    """Weights as a published file holds them: of another number of classes; random, with the BatchNorms' statistics of pictures."""
    peer.write_weights(options.output)
    return {"output": str(options.output)}


def main(peer, description):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)

    def command(name, run):
        added = commands.add_parser(name, help=run.__doc__.strip())
        added.set_defaults(run=run)
        # Debian's PyTorch begins with one thread, unlike the wheels of pytorch.org; here it gets the whole machine.
        added.add_argument("--threads", type=int, default=os.cpu_count())
        return added

    step = command("step", measure_step)
    step.add_argument("--steps", type=int, default=3)
    step.add_argument("--warm-up", type=int, default=1, help="steps before those that are measured")
    evaluate = command("evaluate", measure_evaluate)
    evaluate.add_argument("--folder", type=pathlib.Path, required=True, help="folder of <Class>/<video>.hdf5")
    evaluate.add_argument("--videos", type=int, default=2, help="the most videos of the folder, taken evenly over it")
    epoch = command("epoch", run_epoch)
    epoch.add_argument("--data", type=pathlib.Path, required=True, help="folder of UCF-101-hdf5/ and ucfTrainTestlist/")
    epoch.add_argument("--output", help="file that receives the model")
    weights = command("weights", write_weights)
    weights.add_argument("--output", required=True)
    for training in (step, epoch):
        training.add_argument("--batch", type=int, default=peer.BATCH)
        training.add_argument("--batch-norm", choices=("train", "frozen"), default="train")
    for user in (step, evaluate, epoch):
        user.add_argument("--weights", help="file of weights; random ones without it")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    result = {"measure": f"peer-{options.command}", "network": peer.NETWORK, "threads": options.threads}
    print(json.dumps({**result, **options.run(peer, options), "torch": torch.__version__}))
