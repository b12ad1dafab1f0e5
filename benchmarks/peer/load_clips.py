"""Loads augmented clips in Python as course scripts do: the peer of the ClipLoader.

    python3 benchmarks/peer/load_clips.py clips FOLDER [--workers 2] [--frames 16] [--batch 32] [--seconds 10] [--seed 0]
    python3 benchmarks/peer/load_clips.py resize FOLDER [--rounds 7]

FOLDER holds <Class>/<video>.hdf5, each a dataset "video", uint8 [T, H, W, 3]. Needs Debian's python3-h5py and python3-opencv.

clips: per video, in a process of a multiprocessing.Pool, a random start, the frames through h5py, then frame by frame crop, flip,
cv2.resize to 224x224, brightness, scaling, normalisation and channels first in float32 numpy; Pool.map over the videos of a batch, and
np.asarray makes the batch. That is how such a script is written, with two things done better: one draw serves all frames, and the frames of a
clip are read in one call. OpenCV keeps its own number of threads in the workers, as such scripts leave it; --cv2-threads sets it.

resize: cv2.resize alone, on one thread, of the 16 frames and 16 crops that "measure resampler" takes; the hash shows that both made the same bytes.

Prints one line of JSON.
"""

import argparse
import hashlib
import json
import multiprocessing
import pathlib
import random
import statistics
import time

import cv2
import h5py
import numpy as np

SIZE = 224
MEAN = np.asarray([0.485, 0.456, 0.406], np.float32)
STD = np.asarray([0.229, 0.224, 0.225], np.float32)


def load_clip(job):
    """One clip, float32 [3, frames, 224, 224]; of a single frame [3, 224, 224]. Training clips are augmented, test clips are not."""
    path, frames, seed, augment = job
    draw = random.Random(seed)
    with h5py.File(path, "r") as file:
        video = file["video"]
        start = draw.randint(0, len(video) - frames)
        clip = video[start:start + frames]

    height, width = clip.shape[1:3]
    crop_width = int(width * draw.uniform(0.7, 1.0))
    crop_height = int(height * draw.uniform(0.7, 1.0))
    x = draw.randint(0, width - crop_width)
    y = draw.randint(0, height - crop_height)
    crop = augment and draw.random() < 0.5
    flip = augment and draw.random() < 0.5
    brightness = draw.randint(-15, 15) if augment else 0

    data = np.zeros((3, frames, SIZE, SIZE), np.float32)
    for index in range(frames):
        frame = clip[index]
        if crop:
            frame = frame[y:y + crop_height, x:x + crop_width, :]
        if flip:
            frame = frame[:, ::-1, :]
        frame = cv2.resize(frame, (SIZE, SIZE))
        frame = frame.astype(np.float32)
        if augment:
            frame = np.clip(frame + brightness, 0, 255)
        frame = frame / 255.0
        frame = (frame - MEAN) / STD
        data[:, index] = frame.transpose(2, 0, 1)
    return data if frames > 1 else data[:, 0]


def measure_clips(options, paths):
    draw = random.Random(options.seed)

    def batches():
        while True:
            order = draw.sample(paths, len(paths))
            # A small folder gives smaller batches; of a large one the incomplete last batch is dropped.
            size = min(options.batch, len(order))
            for first in range(0, len(order) - size + 1, size):
                yield [(path, options.frames, draw.getrandbits(63), True) for path in order[first:first + size]]

    clips = size = count = 0
    with multiprocessing.Pool(options.workers, initializer=set_threads, initargs=(options.cv2_threads,)) as pool:
        jobs = batches()
        for _ in range(options.warm_up):
            np.asarray(pool.map(load_clip, next(jobs)))
        start = time.perf_counter()
        while count < options.batches if options.batches else time.perf_counter() - start < options.seconds:
            batch = np.asarray(pool.map(load_clip, next(jobs)))
            clips += len(batch)
            size += batch.nbytes
            count += 1
        seconds = time.perf_counter() - start
    return {
        "measure": "peer-clips", "workers": options.workers, "frames": options.frames, "batch": options.batch, "videos": len(paths),
        "clips_per_second": clips / seconds, "frames_per_second": clips * options.frames / seconds, "clips": clips, "seconds": seconds,
        "batches": count, "bytes": size, "cv2": cv2.__version__, "cv2_threads": cv2.getNumThreads() if options.cv2_threads is None else options.cv2_threads,
    }


def set_threads(threads):
    if threads is not None:
        cv2.setNumThreads(threads)


def crops(width, height):
    """The 16 crops of ResamplerMeasurement: every second one is the whole frame, as in training."""
    for k in range(16):
        w = width if k % 2 == 0 else width * (70 + 30 * (k * 7 % 16) // 15) // 100
        h = height if k % 2 == 0 else height * (70 + 30 * (k * 11 % 16) // 15) // 100
        yield (width - w) // 2, (height - h) // 2, w, h


def measure_resize(options, paths):
    cv2.setNumThreads(1)
    with h5py.File(paths[0], "r") as file:
        clip = file["video"][:16]
    output = np.zeros((len(clip), SIZE, SIZE, 3), np.uint8)
    hasher = hashlib.sha256()
    times = []
    for round_number in range(options.rounds + 1):
        spent = 0.0
        for x, y, width, height in crops(clip.shape[2], clip.shape[1]):
            start = time.perf_counter()
            for _ in range(options.repeat):
                for frame, resized in zip(clip, output):
                    cv2.resize(frame[y:y + height, x:x + width], (SIZE, SIZE), dst=resized, interpolation=cv2.INTER_LINEAR)
            spent += time.perf_counter() - start
            if round_number == 0:
                hasher.update(output)
        if round_number > 0:
            times.append(1e9 * spent / (16 * options.repeat * len(clip)))
    return {
        "measure": "peer-resize", "nanoseconds_per_frame": statistics.median(times), "least": min(times), "most": max(times),
        "frames_per_second": 1e9 / statistics.median(times), "rounds": options.rounds, "sha256": hasher.hexdigest(), "cv2": cv2.__version__,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    clips = commands.add_parser("clips")
    clips.add_argument("folder", type=pathlib.Path)
    clips.add_argument("--videos", type=int, default=128, help="the most videos of the folder, taken evenly over it")
    clips.add_argument("--workers", type=int, default=2)
    clips.add_argument("--frames", type=int, default=16, help="frames of a clip; 1 for single frames")
    clips.add_argument("--batch", type=int, default=32)
    clips.add_argument("--seconds", type=float, default=10)
    clips.add_argument("--batches", type=int, help="so many batches in place of --seconds")
    clips.add_argument("--warm-up", type=int, default=1, help="batches before the clock starts")
    clips.add_argument("--seed", type=int, default=0)
    clips.add_argument("--cv2-threads", type=int, help="OpenCV's threads in a worker; left as it is by default")
    resize = commands.add_parser("resize")
    resize.add_argument("folder", type=pathlib.Path)
    resize.add_argument("--rounds", type=int, default=7)
    resize.add_argument("--repeat", type=int, default=4, help="passes over the frames, per crop and round")
    options = parser.parse_args()

    paths = sorted(str(path) for path in options.folder.glob("*/*.hdf5"))
    if not paths:
        parser.error(f"'{options.folder}' holds no <Class>/<video>.hdf5")
    if options.command == "clips":
        count = min(len(paths), options.videos)
        paths = [paths[index * len(paths) // count] for index in range(count)]
    print(json.dumps((measure_clips if options.command == "clips" else measure_resize)(options, paths)))


if __name__ == "__main__":
    main()
