#!/usr/bin/env python3
"""Checks compact videos against ffmpeg's frames, with nothing of this project in between.

    dotnet run -c Release --project samples/PrepareDataset -- --data $UCF101_ROOT --output /tmp/ucf --format compact
    /usr/bin/python3 tests/reference/check_compact.py $UCF101_ROOT /tmp/ucf

Every AVI file under ROOT/UCF-101 must have a compact file at full size that h5py and cv2.imdecode read, with as many frames as ffmpeg decodes, each at least 28 dB
near. Needs ffmpeg, python3-h5py and python3-opencv.
"""
import pathlib
import subprocess
import sys

import cv2
import h5py
import numpy as np


def main(root, converted):
    psnrs, size, wrong = [], 0, 0
    videos = sorted((root / "UCF-101").glob("*/*.avi"))
    for avi in videos:
        raw = subprocess.run(
            ["ffmpeg", "-nostdin", "-v", "error", "-i", avi, "-vsync", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
            check=True, capture_output=True).stdout
        path = (converted / "UCF-101-compact" / avi.relative_to(root / "UCF-101")).with_suffix(".hdf5")
        with h5py.File(path, "r") as file:
            jpeg, offsets = file["jpeg"], file["jpeg_offsets"][...]
            height, width = int(jpeg.attrs["height"]), int(jpeg.attrs["width"])
            frames = np.frombuffer(raw, np.uint8).reshape(-1, height, width, 3)
            stored = np.stack([cv2.imdecode(jpeg[a:b], 1)[..., ::-1] for a, b in zip(offsets, offsets[1:])])
        if stored.shape != frames.shape:
            print(f"{path}: {stored.shape}, ffmpeg decodes {frames.shape}")
            wrong += 1
            continue
        errors = ((stored.astype(np.float32) - frames) ** 2).mean(axis=(1, 2, 3))
        psnr = 10 * np.log10(255**2 / np.maximum(errors, 1e-9))
        wrong += psnr.min() < 28
        psnrs.append(psnr)
        size += path.stat().st_size
    psnr = np.concatenate(psnrs)
    print(f"{len(videos)} videos, {len(psnr)} frames, {size / len(psnr):.0f} bytes a frame; PSNR {psnr.mean():.2f} dB on average, "
          f"{np.percentile(psnr, 1):.2f} for one in a hundred, {psnr.min():.2f} at worst; {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])))
