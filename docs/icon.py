#!/usr/bin/env python3
"""Draws src/icon.png, the packages' icon: a play button that moves, three frames of it. Needs Python alone.

    python3 docs/icon.py
"""

import pathlib
import struct
import zlib

SIZE = 128
SAMPLES = 4  # per side of a pixel
CORNER = 28
TOP, BOTTOM = (24, 40, 72), (16, 110, 130)
FRAMES = [(18, (86, 156, 170)), (40, (158, 208, 210)), (62, (255, 255, 255))]  # left edge and colour, the oldest first
HEIGHT, WIDTH = 68, 50
GAP = 5  # of background before each frame


def in_square(x, y):
    dx = max(CORNER - x, x - (SIZE - CORNER), 0)
    dy = max(CORNER - y, y - (SIZE - CORNER), 0)
    return dx * dx + dy * dy <= CORNER * CORNER


def in_triangle(x, y, left, margin=0):
    """A triangle that points right, grown by a margin to its left and along its edges."""
    dy = abs(y - SIZE / 2)
    return left - margin <= x and dy <= HEIGHT / 2 * (1 - (x - left - margin) / WIDTH)


def colour(x, y):
    if not in_square(x, y):
        return None
    for left, frame in reversed(FRAMES):
        if in_triangle(x, y, left):
            return frame
        if in_triangle(x, y, left, GAP):
            break
    return tuple(a + (b - a) * y / SIZE for a, b in zip(TOP, BOTTOM))


def pixel(column, row):
    hits = [colour(column + (i + 0.5) / SAMPLES, row + (j + 0.5) / SAMPLES) for i in range(SAMPLES) for j in range(SAMPLES)]
    seen = [hit for hit in hits if hit]
    if not seen:
        return bytes(4)
    return bytes([round(sum(channel) / len(seen)) for channel in zip(*seen)] + [round(255 * len(seen) / len(hits))])


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def main():
    rows = b"".join(b"\0" + b"".join(pixel(column, row) for column in range(SIZE)) for row in range(SIZE))
    header = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 6, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
    (pathlib.Path(__file__).parent.parent / "src" / "icon.png").write_bytes(png)


if __name__ == "__main__":
    main()
