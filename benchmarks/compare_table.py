"""Makes Markdown tables of what compare.sh has measured.

    python3 benchmarks/compare_table.py artifacts/compare-loader.jsonl

Rates are medians over the rounds. A ratio is the median of the ratios of each round, with the least and the most. The copy limit of a round is
the bandwidth that the same round measured, over the bytes that a clip must move.
"""

import datetime
import json
import os
import re
import statistics
import subprocess
import sys


def main():
    rows = read_rows(sys.argv[1])
    check_resampler(rows)
    print_machine(rows)
    print_rates(rows)
    print_memory(rows)
    print_rest(rows)


def read_rows(path):
    """Results by row, side and round."""
    rows = {}
    for line in open(path):
        entry = json.loads(line)
        row = rows.setdefault(entry["row"], {"ours": {}, "peer": {}, "against": entry["against"]})
        row[entry["side"]][entry["round"]] = entry["result"]
    return rows


def check_resampler(rows):
    hashes = {result["sha256"] for row in rows.values() for side in ("ours", "peer") for result in row[side].values() if "sha256" in result}
    if len(hashes) > 1:
        sys.exit("The resampler and cv2.resize made different bytes.")


def print_machine(rows):
    model = re.search(r"model name\s*: (.*)", open("/proc/cpuinfo").read())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True).stdout.strip()
    rounds = max(len(row["ours"]) for row in rows.values())
    print(f"{datetime.date.today()}, commit {commit}, {rounds} rounds. {model.group(1) if model else 'processor unknown'}, "
          f"{os.cpu_count()} cores, {memory:.0f} GiB.\n")


def print_rates(rows):
    print("| work | ours | Python | ratio | copy limit | part of it |\n|---|---:|---:|---:|---:|---:|")
    for name, row in rows.items():
        ours = values(row["ours"], rate)
        peer = values(rows.get(row["against"], row)["peer"], rate)
        if not ours or not peer:
            continue
        limit = limits(rows, row)
        print(f"| {name} | {count(ours)} | {count(peer)} | {paired(ours, peer, 'x', 1)} | {count(limit)} | "
              f"{paired(ours, limit, ' %', 100) if limit else ''} |")
    print("\nClips, or frames where they are single, per second.\n")


def limits(rows, row):
    """Clips per second at which the bytes that must move take all of the bandwidth; of warm raw files to uint8 batches only."""
    copies = rows.get(f"copy, {next(iter(row['ours'].values())).get('workers')} threads")
    return {} if copies is None else {
        number: copies["ours"][number]["bytes_per_second"] / result["copy_bytes_per_clip"] for number, result in row["ours"].items()
        if result["folder"].endswith("UCF-101-hdf5") and not result["cold"] and not result["input"]}


def print_memory(rows):
    print("| work | managed bytes a clip | peak memory | allowed |\n|---|---:|---:|---:|")
    for name, row in rows.items():
        allocated = values(row["ours"], lambda result: result.get("managed_bytes_per_clip"))
        first = next(iter(row["ours"].values()))
        if allocated and not first["cold"] and not first["input"]:
            peak = values(row["ours"], lambda result: result["peak_bytes"] / 2**20)
            allowed = first["peak_bytes_allowed"] / 2**20
            print(f"| {name} | {count(allocated)} | {max(peak.values()):.0f} MiB | {allowed:.0f} MiB |")
    print()


def print_rest(rows):
    print("| | median | least | most |\n|---|---:|---:|---:|")
    for name, row in rows.items():
        if name.startswith("copy"):
            print_spread(f"{name}, GB/s read and written", values(row["ours"], lambda result: result["bytes_per_second"] / 1e9))
        elif name.startswith("opening"):
            print_spread(f"{name}, s, first time in the process", values(row["ours"], lambda result: result["first_seconds"]))
        elif "small videos" in name:
            print_spread(f"{name}, 16-frame clips/s", values(row["ours"], rate))
            if row["against"] != name:
                few = values(rows[row["against"]]["ours"], rate)
                print_spread(f"{name}, over {row['against']}", {number: ours / few[number] for number, ours in values(row["ours"], rate).items()})
        elif name.startswith("resampler"):
            print_spread(f"{name}, us per frame", values(row["ours"], lambda result: result["nanoseconds_per_frame"] / 1e3))
            print_spread("the same with flips and brightness", values(row["ours"], lambda result: result["flipped_and_brightened"] / 1e3))
            print_spread("cv2.resize, one thread, us per frame", values(row["peer"], lambda result: result["nanoseconds_per_frame"] / 1e3))


def print_spread(name, numbers):
    print(f"| {name} | {statistics.median(numbers.values()):.3g} | {min(numbers.values()):.3g} | {max(numbers.values()):.3g} |")


def rate(result):
    return result.get("clips_per_second", result.get("frames_per_second"))


def values(results, select):
    return {number: select(result) for number, result in results.items() if select(result) is not None}


def count(numbers):
    if not numbers:
        return ""
    median = statistics.median(numbers.values())
    return f"{median:,.0f}" if median >= 100 else f"{median:.1f}"


def paired(ours, other, unit, scale):
    ratios = [scale * ours[number] / other[number] for number in ours if number in other]
    digits = 0 if statistics.median(ratios) >= 20 else 1
    return f"{statistics.median(ratios):.{digits}f}{unit} ({min(ratios):.{digits}f} to {max(ratios):.{digits}f})"


if __name__ == "__main__":
    main()
