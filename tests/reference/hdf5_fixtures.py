"""Writes the small HDF5 files in tests/UcfActionRecognition.Tests/Fixtures/hdf5.

Run from the repository root with h5py (Debian: python3-h5py):
    python3 tests/reference/hdf5_fixtures.py
Readable videos hold content(shape) of this file, which Hdf5Fixtures.cs computes as well.
"""

import os
import sys
import zlib

import h5py
import numpy as np

OUT = sys.argv[1] if len(sys.argv) > 1 else "tests/UcfActionRecognition.Tests/Fixtures/hdf5"
SHAPE = (5, 6, 7, 3)


def content(shape):
    t, y, x, c = np.indices(shape)
    return ((31 * t + 7 * y + 3 * x + 101 * c + t * y * x) % 256).astype(np.uint8)


def file(name, **options):
    return h5py.File(os.path.join(OUT, name + ".hdf5"), "w", **options)


def write(name, shape=SHAPE, libver=None, userblock=None, **options):
    with file(name, libver=libver, userblock_size=userblock) as f:
        f.create_dataset("video", data=content(shape), **options)


def dataset_with(name, shape, prepare):
    """A dataset whose creation properties h5py's own interface does not offer."""
    with file(name) as f:
        plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        prepare(plist)
        d = h5py.h5d.create(f.id, b"video", h5py.h5t.STD_U8LE, h5py.h5s.create_simple(shape), plist)
        d.write(h5py.h5s.ALL, h5py.h5s.ALL, content(shape))


def early_chunks(plist):
    plist.set_chunk((2, 3, 7, 3))
    plist.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)


def readable():
    write("contiguous")
    write("contiguous_latest", libver="latest")
    write("contiguous_userblock", userblock=1024)
    write("one_frame", shape=(1, 4, 4, 3))
    write("chunked_odd", chunks=(2, 4, 5, 2))
    write("chunked_auto", shape=(12, 20, 24, 3), chunks=True)
    write("chunked_larger_than_video", chunks=(8, 8, 8, 3), maxshape=(None, None, None, 3))
    write("chunked_deep_index", shape=(10, 6, 8, 3), chunks=(1, 2, 2, 3))
    write("gzip", chunks=(2, 4, 5, 3), compression="gzip")
    write("gzip_shuffle", chunks=(2, 4, 5, 3), compression="gzip", shuffle=True)
    write("gzip_shuffle_fletcher32", chunks=(3, 6, 7, 3), compression="gzip", shuffle=True, fletcher32=True)
    write("latest_single_chunk", libver="latest", chunks=SHAPE, compression="gzip")
    write("latest_fixed_array", libver="latest", chunks=(2, 4, 5, 3), compression="gzip")
    write("latest_extensible_array", libver="latest", chunks=(1, 4, 5, 3), maxshape=(None, 6, 7, 3))
    write("latest_btree2", libver="latest", chunks=(1, 4, 5, 3), maxshape=(None, None, 7, 3), compression="gzip")
    dataset_with("compact", SHAPE, lambda plist: plist.set_layout(h5py.h5d.COMPACT))
    dataset_with("chunked_early", SHAPE, early_chunks)

    # Every byte 9: the space was never allocated.
    with file("never_written") as f:
        f.create_dataset("video", SHAPE, np.uint8, fillvalue=9)
    with file("never_written_chunked") as f:
        f.create_dataset("video", SHAPE, np.uint8, chunks=(2, 4, 5, 3), compression="gzip", fillvalue=9)

    # Frames 0 and 1 as by the formula, the others 9.
    with file("half_written_chunked") as f:
        d = f.create_dataset("video", SHAPE, np.uint8, chunks=(2, 3, 7, 3), fillvalue=9)
        d[:2] = content(SHAPE)[:2]


def refused():
    with file("bad_float") as f:
        f["video"] = content(SHAPE).astype(np.float32)
    with file("bad_signed") as f:
        f["video"] = content(SHAPE).astype(np.int8)
    with file("bad_bool") as f:
        f["video"] = content(SHAPE) > 127
    with file("bad_rank") as f:
        f["video"] = content(SHAPE)[..., 0]
    with file("bad_channels") as f:
        f["video"] = np.zeros((5, 6, 7, 4), np.uint8)
    with file("bad_scalar") as f:
        f["video"] = np.uint8(1)
    with file("bad_no_frames") as f:
        f.create_dataset("video", (0, 6, 7, 3), np.uint8)
    with file("bad_name") as f:
        f["frames"] = content(SHAPE)
        f["labels"] = np.arange(3)
    with file("bad_empty") as f:
        pass
    with file("bad_group") as f:
        f.create_group("video")
    with file("bad_too_large") as f:
        f.create_dataset("video", (3, 2**20, 2**20, 3), np.uint8)
    with file("bad_too_long") as f:
        f.create_dataset("video", (2**40, 2, 2, 3), np.uint8, chunks=(1, 2, 2, 3))
    with file("bad_huge_chunk") as f:
        f.create_dataset("video", (300, 1024, 1024, 3), np.uint8, chunks=(300, 1024, 1024, 3), compression="gzip")
    with file("bad_tiny_chunks") as f:
        f.create_dataset("video", (3, 1024, 1024, 3), np.uint8, chunks=(1, 1, 1, 1))

    # 20 MB in a chunk of 192 bytes.
    with file("bad_bomb") as f:
        d = f.create_dataset("video", (2, 8, 8, 3), np.uint8, chunks=(1, 8, 8, 3), compression="gzip")
        for frame in range(2):
            d.id.write_direct_chunk((frame, 0, 0, 0), zlib.compress(bytes(20 << 20), 9))

    # A chunk that decodes to less than a chunk.
    with file("bad_short_chunk") as f:
        d = f.create_dataset("video", (1, 8, 8, 3), np.uint8, chunks=(1, 8, 8, 3), compression="gzip")
        d.id.write_direct_chunk((0, 0, 0, 0), zlib.compress(bytes(100)))

    with file("bad_soft_link_to_itself", libver="latest") as f:
        f["video"] = h5py.SoftLink("video")
    with file("bad_soft_link_to_itself_old") as f:
        f["video"] = h5py.SoftLink("/video")
    with file("bad_external_link") as f:
        f["video"] = h5py.ExternalLink("contiguous.hdf5", "/video")
    with file("bad_external_storage") as f:
        f.create_dataset("video", SHAPE, np.uint8, external=[("contiguous.hdf5", 2048, 630)])
    layout = h5py.VirtualLayout(SHAPE, np.uint8)
    layout[...] = h5py.VirtualSource("contiguous.hdf5", "video", SHAPE)
    with file("bad_virtual", libver="latest") as f:
        f.create_virtual_dataset("video", layout)


if __name__ == "__main__":
    os.makedirs(OUT, exist_ok=True)
    readable()
    refused()
