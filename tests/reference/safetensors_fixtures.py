"""Writes the safetensors files that the reader's tests read, with nothing but Python and numpy.

    python3 tests/reference/safetensors_fixtures.py
"""

import json
import os
import struct

import numpy as np

FOLDER = os.path.join(os.path.dirname(__file__), "..", "UcfActionRecognition.Tests", "Fixtures", "weights")

# 1.5, -2, 0.15625 in bfloat16: the upper halves of their float32.
BFLOAT16 = (np.array([1.5, -2, 0.15625], np.float32).view(np.uint32) >> 16).astype(np.uint16)


def write(name, tensors, metadata=None, padding=0):
    header, data = {}, b""
    if metadata is not None:
        header["__metadata__"] = metadata
    for key, (dtype, array) in tensors.items():
        raw = array.tobytes()
        header[key] = {"dtype": dtype, "shape": list(array.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode() + b" " * padding
    with open(os.path.join(FOLDER, name), "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def main():
    os.makedirs(FOLDER, exist_ok=True)
    write(
        "all-types.safetensors",
        {
            # In no order and unaligned, as the format allows.
            "flags": ("BOOL", np.array([True, False, True])),
            "bytes": ("U8", np.array([[0, 127], [128, 255]], "<u1")),
            "tiny": ("I8", np.array([-128, 127], "<i1")),
            "short": ("I16", np.array([-32768, 32767], "<i2")),
            "int": ("I32", np.array([-2147483648, 2147483647], "<i4")),
            "long": ("I64", np.array([-9223372036854775808, 9223372036854775807], "<i8")),
            "half": ("F16", np.array([0.5, -65504], "<f2")),
            "brain": ("BF16", BFLOAT16),
            "single": ("F32", np.array([[[1.5], [-0.25]]], "<f4")),
            "double": ("F64", np.array(3.141592653589793, "<f8")),
            "empty": ("F32", np.zeros((0, 3), "<f4")),
            "naïve name \u2603": ("F32", np.array([7], "<f4")),
        },
        metadata={"format": "pt", "note": "written by Python"},
        padding=5,
    )
    write(
        "module-prefix.safetensors",
        {"module.weight": ("F32", np.array([1, 2, 3], "<f4")), "module.bias": ("F32", np.array([4], "<f4"))},
    )


if __name__ == "__main__":
    main()
