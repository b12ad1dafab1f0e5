"""Writes the small compact videos in tests/UcfActionRecognition.Tests/Fixtures/jpeg.

Run from the repository root with OpenCV and h5py (Debian: python3-opencv, python3-h5py):
    python3 tests/reference/jpeg_fixtures.py
Each readable NAME.hdf5 has a NAME_decoded.hdf5 beside it with the frames as cv2.imdecode gives them, RGB.
"""

import os
import sys

import cv2
import h5py
import numpy as np

OUT = sys.argv[1] if len(sys.argv) > 1 else "tests/UcfActionRecognition.Tests/Fixtures/jpeg"


def frame(t, height, width):
    """A shaded picture with edges and some noise."""
    y, x = np.indices((height, width))
    random = np.random.RandomState(1000 * t + height)
    channels = [(3 * x + 2 * y + 9 * t) % 256, 255 * ((x // 5 + y // 7 + t) % 2), 128 + 90 * np.sin((x + 2 * y) / 9 + t)]
    noise = random.randint(-8, 9, (height, width, 3))
    return np.clip(np.stack(channels, -1) + noise, 0, 255).astype(np.uint8)


def encode(bgr, *options):
    return cv2.imencode(".jpg", bgr, list(options))[1].ravel()


def write(name, jpegs, height, width, offsets=None, attributes=None, decoded=True, **options):
    data = np.concatenate(jpegs)
    if offsets is None:
        offsets = np.concatenate([[0], np.cumsum([len(j) for j in jpegs])]).astype(np.int64)
    with h5py.File(os.path.join(OUT, name + ".hdf5"), "w") as f:
        d = f.create_dataset("jpeg", data=data, **options)
        for key, value in ({"height": height, "width": width} if attributes is None else attributes).items():
            d.attrs[key] = value
        if len(offsets):
            f["jpeg_offsets"] = offsets
    if decoded:
        frames = np.stack([cv2.imdecode(j, cv2.IMREAD_COLOR)[..., ::-1] for j in jpegs])
        with h5py.File(os.path.join(OUT, name + "_decoded.hdf5"), "w") as f:
            f["video"] = frames


def readable():
    pictures = [frame(t, 37, 53) for t in range(4)]
    write("cv2", [encode(p) for p in pictures], 37, 53)
    write("cv2_quality_30", [encode(p, cv2.IMWRITE_JPEG_QUALITY, 30) for p in pictures], 37, 53)
    write("cv2_optimized", [encode(p, cv2.IMWRITE_JPEG_OPTIMIZE, 1) for p in pictures], 37, 53)
    write("cv2_restarts", [encode(p, cv2.IMWRITE_JPEG_RST_INTERVAL, 3) for p in pictures], 37, 53,
          attributes={"height": 37, "width": 53, "frames_per_second": 29.97})
    write("cv2_progressive_and_gray", [encode(pictures[0], cv2.IMWRITE_JPEG_PROGRESSIVE, 1), encode(pictures[1][..., 0]), encode(pictures[2])], 37, 53)
    write("cv2_tiny", [encode(frame(t, 3, 4)) for t in range(3)], 3, 4)


def refused():
    pictures = [frame(t, 16, 16) for t in range(3)]
    jpegs = [encode(p) for p in pictures]
    size = sum(len(j) for j in jpegs)
    bad = lambda name, jpegs=jpegs, height=16, width=16, **options: write("bad_" + name, jpegs, height, width, decoded=False, **options)
    ends = np.cumsum([len(j) for j in jpegs])
    bad("no_offsets", offsets=[])
    bad("offsets_past_the_end", offsets=np.array([0, ends[0], ends[1], size + 1], np.int64))
    bad("offsets_backwards", offsets=np.array([0, ends[1], ends[0], size], np.int64))
    bad("offsets_negative", offsets=np.array([0, -5, ends[1], size], np.int64))
    bad("offsets_overflow", offsets=np.array([0, 2**63 - 1, -(2**63), size], np.int64))
    bad("offsets_short", offsets=np.array([0, ends[0], ends[1]], np.int64))
    bad("offsets_of_one", offsets=np.array([0], np.int64))
    bad("offsets_int32", offsets=np.array([0, *ends], np.int32))
    bad("chunked", chunks=(64,))
    bad("no_height", attributes={"width": 16})
    bad("height_negative", attributes={"height": -16, "width": 16})
    bad("huge", attributes={"height": 2**30, "width": 2**30})
    bad("rate", attributes={"height": 16, "width": 16, "frames_per_second": float("nan")})
    # These open; the frame is refused when it is read.
    bad("frame_other_size", attributes={"height": 16, "width": 24})
    bad("frame_png", [jpegs[0], cv2.imencode(".png", pictures[1])[1].ravel()])
    bad("frame_cut", [jpegs[0], jpegs[1][:-40]])


if __name__ == "__main__":
    os.makedirs(OUT, exist_ok=True)
    readable()
    refused()
