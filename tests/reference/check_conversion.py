#!/usr/bin/env python3
"""Checks converted HDF5 files against ffmpeg itself, with nothing of this project in between.

    dotnet run -c Release --project samples/PrepareDataset -- --data $UCF101_ROOT --output /tmp/ucf
    /usr/bin/python3 tests/reference/check_conversion.py $UCF101_ROOT /tmp/ucf

Every AVI file under ROOT/UCF-101 must have an HDF5 file that h5py reads, whose frames equal those of
`ffmpeg -i x -vsync passthrough -f rawvideo -pix_fmt rgb24 -` byte for byte, and whose number equals inventory.csv
where the root has one. Needs ffmpeg and python3-h5py.
"""
import csv
import pathlib
import subprocess
import sys

import h5py
import numpy as np


def main(root, converted):
    inventory = {}
    if (root / "inventory.csv").exists():
        with open(root / "inventory.csv", newline="") as file:
            inventory = {row["path"]: int(row["frames"]) for row in csv.DictReader(file)}
    frames = wrong = 0
    videos = sorted((root / "UCF-101").glob("*/*.avi"))
    for video in videos:
        name = video.relative_to(root / "UCF-101")
        raw = subprocess.run(
            ["ffmpeg", "-nostdin", "-v", "quiet", "-i", str(video), "-vsync", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
            stdout=subprocess.PIPE, check=False).stdout
        with h5py.File((converted / "UCF-101-hdf5" / name).with_suffix(".hdf5"), "r") as file:
            stored = file["video"]
            problems = []
            if stored.dtype != np.uint8 or stored.ndim != 4 or stored.shape[3] != 3 or stored.chunks is not None:
                problems.append(f"{stored.dtype} {stored.shape} chunks {stored.chunks}")
            if stored[()].tobytes() != raw:
                problems.append("bytes differ from ffmpeg's")
            if inventory.get(str(name), stored.shape[0]) != stored.shape[0]:
                problems.append(f"{stored.shape[0]} frames, the inventory says {inventory[str(name)]}")
            frames += stored.shape[0]
        if problems:
            wrong += 1
            print(f"{name}: {'; '.join(problems)}")
    print(f"{len(videos)} videos, {frames} frames, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])))
