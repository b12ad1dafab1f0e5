"""Writes the small files of predictions in tests/UcfActionRecognition.Tests/Fixtures/predictions, which the fuzz tests damage.

Run from the repository root with h5py (Debian: python3-h5py):
    python3 tests/reference/predictions_fixtures.py
Each holds logits 0 to 11 as 4 rows of 3 classes, in another layout of HDF5.
"""

import os
import sys

import h5py
import numpy as np

OUT = sys.argv[1] if len(sys.argv) > 1 else "tests/UcfActionRecognition.Tests/Fixtures/predictions"


def write(name, libver, dtype="f4", **options):
    with h5py.File(os.path.join(OUT, name + ".hdf5"), "w", libver=libver) as f:
        d = f.create_dataset("predictions", data=np.arange(12, dtype=dtype).reshape(4, 3), **options)
        d.attrs["kind"] = "frame_logits"
        d.attrs["model_hash"] = "abc"
        d.attrs["classes"] = ["A", "B", "C"]
        d.attrs["frame_stride"] = 1
        d.attrs["data"] = "UCF-101 split 1"


os.makedirs(OUT, exist_ok=True)
write("contiguous", "earliest")
write("gzip", "earliest", chunks=(3, 2), compression="gzip", shuffle=True, fletcher32=True)
write("latest", "latest", "f8", chunks=(3, 2), maxshape=(None, 3))
write("latest_contiguous", "latest")
