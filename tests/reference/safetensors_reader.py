"""Reads a safetensors file with nothing but Python and numpy, and prints what is in it as JSON.

    python3 tests/reference/safetensors_reader.py FILE

An independent check of the files that the library writes: it follows the format's description
(https://github.com/huggingface/safetensors, "Format") and shares no code with the library.
"""

import hashlib
import json
import struct
import sys

import numpy as np

# numpy has no bfloat16: those bytes are widened to float32 by hand.
TYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "<i1", "U8": "<u1", "BOOL": "?",
}


def read(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        text = file.read(length)
        data = file.read()
    assert text[:1] == b"{", "the header begins with '{'"
    assert (8 + length) % 8 == 0, "the data is aligned to 8 bytes"
    header = json.loads(text)
    metadata = header.pop("__metadata__", {})
    assert all(isinstance(value, str) for value in metadata.values()), "metadata is text"

    tensors, expected = {}, 0
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, end = entry["data_offsets"]
        assert begin == expected, "the tensors follow each other without gaps"
        expected = end
        array = np.frombuffer(data[begin:end], dtype=TYPES[entry["dtype"]]).reshape(entry["shape"])
        assert begin % array.dtype.itemsize == 0, "each tensor is aligned to its element size"
        if entry["dtype"] == "BF16":
            array = (array.astype(np.uint32) << 16).view(np.float32)
        tensors[name] = (entry["dtype"], array, data[begin:end])
    assert expected == len(data), "the tensors cover all of the data"
    return metadata, tensors


def main():
    metadata, tensors = read(sys.argv[1])
    print(json.dumps({
        "metadata": metadata,
        "tensors": {
            name: {
                "dtype": dtype,
                "shape": list(array.shape),
                "values": [float(value) for value in array.flatten()[:16]],
                "sha256": hashlib.sha256(raw).hexdigest(),
            }
            for name, (dtype, array, raw) in tensors.items()
        },
    }))


if __name__ == "__main__":
    main()
