"""Makes Markdown tables of what compare.sh engine has measured.

    python3 benchmarks/compare_engine_table.py artifacts/compare-engine.jsonl

Rates and seconds are medians over the rounds. A ratio is the median of the ratios of each round, with the least and the most; above 1 ours is
faster. The part of the matmul peak is the operations of the network, the same for both sides, over what libtorch's matrix product reached in the same
round: in bfloat16 where the frozen part is in bfloat16, else in float32.
"""

import statistics
import sys

from compare_table import count, paired, print_machine, print_spread, read_rows, values


def main():
    rows = read_rows(sys.argv[1])
    print_machine(rows)
    print_rates(rows)
    print_rises(rows)
    print_rest(rows)


def print_rates(rows):
    print("| work | ours | Python | ratio | peak memory, ours | Python | ratio | part of the matmul peak, ours | Python |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    for name, row, peer in pairs(rows):
        ours_rate, peer_rate = values(row["ours"], rate), values(peer, rate)
        print(f"| {name} | {shown(row['ours'])} | {shown(peer)} | {faster(ours_rate, peer_rate)} | {memory_cells(row['ours'], peer, 'peak_bytes')} | "
              f"{part_of_peak(rows, row, row['ours'])} | {part_of_peak(rows, row, peer)} |")
    print("\nSteps: clips, or frames where they are single, per second. Whole videos: frames per second. Epochs: seconds of the whole process. "
          "Peak memory: of the whole process; of Python's epochs without the loader's processes.\n")


def print_rises(rows):
    print("| work | peak memory above the start, ours | Python | ratio |\n|---|---:|---:|---:|")
    for name, row, peer in pairs(rows):
        if values(row["ours"], lambda result: result.get("peak_rise_bytes")):
            print(f"| {name} | {memory_cells(row['ours'], peer, 'peak_rise_bytes')} |")
    print()


def print_rest(rows):
    print("| | median | least | most |\n|---|---:|---:|---:|")
    for name, row in rows.items():
        first = next(iter({**row["peer"], **row["ours"]}.values()))
        if name.startswith("matmul"):
            print_spread(f"{name}, GFLOP/s, {first['size']}x{first['size']}", values(row["ours"], lambda result: result["gflops"]))
        elif "frames_per_second_in_model" in first or any("frames_per_second_in_model" in result for result in row["peer"].values()):
            alone = values(row["peer"], lambda result: result["frames_per_second_in_model"])
            print_spread(f"{name}: Python's frames per second without reading", alone)
            ours = values(row["ours"], rate)
            print_spread(f"{name}: ours with reading, over that", {number: ours[number] / alone[number] for number in ours if number in alone})
        elif any("workers_peak_bytes" in result for result in row["peer"].values()):
            print_spread(f"{name}: Python's loader processes together, MiB", values(row["peer"], lambda result: result["workers_peak_bytes"] / 2**20))


def pairs(rows):
    """Name, row and the peer's results that it is held against; the row of a precision is held against float32."""
    for name, row in rows.items():
        peer = rows.get(row["against"], row)["peer"]
        if row["ours"] and peer:
            yield name, row, peer


def rate(result):
    """More is faster."""
    return 1 / result["process_seconds"] if "process_seconds" in result else result.get("clips_per_second", result.get("frames_per_second"))


def shown(results):
    seconds = values(results, lambda result: result.get("process_seconds"))
    return f"{count(seconds)} s" if seconds else f"{statistics.median(values(results, rate).values()):.3g}"


def faster(ours, peer):
    ratios = [ours[number] / peer[number] for number in ours if number in peer]
    return f"{statistics.median(ratios):.2f}x ({min(ratios):.2f} to {max(ratios):.2f})"


def memory_cells(ours, peer, key):
    ours, peer = (values(results, lambda result: result[key] / 2**20) for results in (ours, peer))
    ratios = [ours[number] / peer[number] for number in ours if number in peer]
    return f"{statistics.median(ours.values()):,.0f} MiB | {statistics.median(peer.values()):,.0f} MiB | {statistics.median(ratios):.2f}x"


def part_of_peak(rows, row, results):
    precision = next(iter(results.values())).get("precision")
    matmul = rows.get(f"matmul, {precision}")
    if matmul is None:
        return ""
    reached = {number: operations_per_second(row["ours"][number], result) for number, result in results.items() if number in row["ours"]}
    peak = values(matmul["ours"], lambda result: result["gflops"])
    return paired(reached, {number: peak[number] for number in reached if number in peak}, " %", 100)


def operations_per_second(ours, result):
    """GFLOP per second of either side; how many there are to do, ours says."""
    return ours["gflop_per_clip"] * result["clips_per_second"] if "gflop_per_clip" in ours else ours["gflop"] / result["seconds"]


if __name__ == "__main__":
    main()
