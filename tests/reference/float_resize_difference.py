#!/usr/bin/env python3
"""How far a resize of uint8 frames is from a resize of float32 frames: the numbers of docs/decisions/0006.

    /usr/bin/python3 tests/reference/float_resize_difference.py FOLDER_WITH_AVI_FILES

Ten frames of each video, 224x224, cv2's INTER_LINEAR. Needs python3-opencv.
"""
import pathlib
import sys

import cv2
import numpy as np


def main(folder):
    largest, total, count = 0.0, 0.0, 0
    for video in sorted(pathlib.Path(folder).glob("**/*.avi")):
        capture = cv2.VideoCapture(str(video))
        for _ in range(10):
            read, frame = capture.read()
            if not read:
                break
            small = cv2.resize(frame, (224, 224), interpolation=cv2.INTER_LINEAR).astype(np.float32)
            difference = np.abs(cv2.resize(frame.astype(np.float32), (224, 224), interpolation=cv2.INTER_LINEAR) - small)
            largest = max(largest, float(difference.max()))
            total += float(difference.sum())
            count += difference.size
    print(f"{count} values: largest difference {largest:.2f}, mean {total / count:.2f} grey levels")


if __name__ == "__main__":
    main(sys.argv[1])
