#!/usr/bin/env python3
"""Writes the fixtures of FrameResamplerTests: what OpenCV makes of frames, crops, flips and sizes.

    /usr/bin/python3 tests/reference/resize_fixtures.py

Needs Debian's python3-opencv (made with 4.6.0). The input frames come from a formula that the test repeats, so the
fixture holds one line per case with the SHA-256 of cv2's output, and a few small outputs in full to look at.
"""
import hashlib
import json
import pathlib
import random

import cv2
import numpy as np


def frame(height, width, seed):
    """uint8 noise: the top byte of a 32-bit multiplicative hash of the byte's position."""
    position = np.arange(height * width * 3, dtype=np.uint32) + np.uint32(seed * 7919 % 2**32)
    hashed = position * np.uint32(2654435761)
    hashed ^= hashed >> np.uint32(15)
    hashed *= np.uint32(2246822519)
    return (hashed >> np.uint32(24)).astype(np.uint8).reshape(height, width, 3)


def transform(image, case):
    x, y, w, h = case["crop"]
    image = image[y:y + h, x:x + w]
    if case["flip"]:
        image = image[:, ::-1]
    out_h, out_w = case["output"]
    image = cv2.resize(np.ascontiguousarray(image), (out_w, out_h), interpolation=cv2.INTER_LINEAR)
    return np.clip(image.astype(np.int16) + case["brightness"], 0, 255).astype(np.uint8)


def cases():
    draw = random.Random(20260101)
    sources = [(240, 320), (240, 320), (240, 320), (120, 160), (256, 340), (480, 640), (112, 112), (1, 1), (1, 320), (240, 1),
               (2, 2), (3, 5), (7, 4), (225, 225), (223, 224), (37, 53)]
    outputs = [(224, 224), (112, 112), (56, 56), (240, 320), (120, 160), (128, 171), (1, 1), (1, 7), (9, 1), (3, 2), (299, 299), (17, 500)]
    for index in range(700):
        h, w = draw.choice(sources)
        crop_w, crop_h = w, h
        if draw.random() < 0.6:
            crop_w = max(1, int(w * draw.uniform(0.3, 1)))
            crop_h = max(1, int(h * draw.uniform(0.3, 1)))
        output = draw.choice(outputs)
        if draw.random() < 0.3:
            output = (draw.randint(1, 320), draw.randint(1, 320))
        if draw.random() < 0.1:
            output = (max(1, crop_h // 2), max(1, crop_w // 2))
        yield {
            "source": [h, w], "seed": index,
            "crop": [draw.randint(0, w - crop_w), draw.randint(0, h - crop_h), crop_w, crop_h],
            "flip": draw.random() < 0.5, "output": list(output),
            "brightness": draw.choice([0, 0, draw.randint(-15, 15), draw.randint(-255, 255)]),
        }


def main():
    folder = pathlib.Path(__file__).resolve().parents[1] / "UcfActionRecognition.Tests" / "Fixtures" / "resize"
    folder.mkdir(parents=True, exist_ok=True)
    lines, total = [], 0
    for case in cases():
        result = transform(frame(*case["source"], case["seed"]), case)
        total += result.size
        case["sha256"] = hashlib.sha256(result.tobytes()).hexdigest()
        if result.size <= 27:
            case["pixels"] = result.ravel().tolist()
        lines.append(json.dumps(case))
    (folder / "cases.jsonl").write_text("\n".join(lines) + "\n")
    print(f"OpenCV {cv2.__version__}: {len(lines)} cases, {total} bytes compared")


if __name__ == "__main__":
    main()
