#!/usr/bin/env bash
# Measures this library beside the same work in Python, in turn on the same files, and prints the tables of docs/performance.md.
#
#   benchmarks/compare.sh [loader] [--data ROOT] [--rounds N] [--seconds S] [--quick]
#
# --data ROOT   a folder of your own: UCF-101-hdf5/, and UCF-101/ and UCF-101-compact/ where they are to be measured too; 128 videos of
#               it are taken. By default videos are generated in artifacts/benchmark-data
# --rounds N    times that everything is measured in turn; medians count (7)
# --seconds S   how long each measurement takes, at least (5)
# --quick       one short round of small videos, to see that all of it runs
#
# Needs the .NET SDK and Debian's python3-h5py and python3-opencv; ffmpeg for the AVI files.
set -euo pipefail
caller=$PWD
cd "$(dirname "$0")/.."

step=loader rounds=7 seconds=5 quick=0 data=artifacts/benchmark-data own=0
case "${1:-}" in loader) step=$1; shift ;; esac
while [ $# -gt 0 ]; do
    case "$1" in
        --data) data=$(cd "$caller" && realpath "$2") own=1; shift 2 ;;
        --rounds) rounds=$2; shift 2 ;;
        --seconds) seconds=$2; shift 2 ;;
        --quick) quick=1 rounds=1 seconds=1; shift ;;
        *) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; exit 2 ;;
    esac
done
[ $own = 1 ] || [ $quick = 0 ] || data=artifacts/benchmark-data-quick

program=benchmarks/UcfActionRecognition.Benchmarks/bin/Release/net10.0/UcfActionRecognition.Benchmarks
python=/usr/bin/python3 peer=benchmarks/peer/load_clips.py
results=artifacts/compare-$step.jsonl

measure() { "$program" measure "$@"; }

# record SIDE "ROW" "PEER'S ROW" COMMAND...: the line of JSON that the command prints, with where it belongs.
record() {
    local side=$1 row=$2 against=$3 line
    shift 3
    line=$("$@") || { echo "failed: $*" >&2; exit 1; }
    printf '{"round": %d, "side": "%s", "row": "%s", "against": "%s", "result": %s}\n' "$round" "$side" "$row" "$against" "$line" >> "$results"
    echo "round $round: $row, $side" >&2
}

ours() { record ours "$1" "${against:-$1}" measure "${@:2}"; }
theirs() { record peer "$1" "$1" "$python" "$peer" "${@:2}"; }

# Generated videos in the forms that are compared; of a folder of the user's own nothing is written.
prepare_data() {
    if [ $own = 0 ]; then
        local size=(--videos 64 --frames 120)
        [ $quick = 0 ] || size=(--videos 32 --frames 20)
        [ -d "$data/UCF-101-hdf5" ] || measure generate --root "$data" "${size[@]}"
        [ -d "$data/UCF-101" ] || ! command -v ffmpeg > /dev/null || measure generate --root "$data" "${size[@]}" --form UCF-101
        [ -d "$data/UCF-101-compact" ] || measure generate --root "$data" "${size[@]}" --form UCF-101-compact
    fi
    many=13320
    [ $quick = 0 ] || many=200
    [ -d "$data-$many-small/UCF-101-hdf5" ] || [ $own = 1 ] || measure generate --root "$data-$many-small" --videos $many --frames 16 --width 32 --height 24
    [ -d "$data-10-small/UCF-101-hdf5" ] || [ $own = 1 ] || measure generate --root "$data-10-small" --videos 10 --frames 16 --width 32 --height 24
}

measure_loader() {
    local raw=$data/UCF-101-hdf5 against= copy=()
    [ $quick = 0 ] || copy=(--megabytes 32 --rounds 3)
    # Cold files are read once: as many batches as there are videos for, up to the 128 videos that the programs take.
    local batches=$(($(find -L "$raw" -name '*.hdf5' | wc -l) / 32))
    batches=$((batches > 4 ? 4 : batches < 1 ? 1 : batches))
    for ((round = 1; round <= rounds; round++)); do
        against=
        for workers in 1 2 4; do
            ours "copy, $workers threads" bandwidth --threads "$workers" "${copy[@]}"
            ours "16-frame clips, raw HDF5, $workers workers" loader --folder "$raw" --workers "$workers" --seconds "$seconds"
            theirs "16-frame clips, raw HDF5, $workers workers" clips "$raw" --workers "$workers" --seconds "$seconds"
            ours "single frames, raw HDF5, $workers workers" loader --folder "$raw" --workers "$workers" --frames 1 --batch 100 --seconds "$seconds"
            theirs "single frames, raw HDF5, $workers workers" clips "$raw" --workers "$workers" --frames 1 --batch 100 --seconds "$seconds"
        done
        ours "resampler, one thread" resampler --folder "$raw"
        theirs "resampler, one thread" resize "$raw"
        ours "16-frame clips, raw HDF5, 2 workers, cold files" loader --folder "$raw" --cold --batches "$batches"
        measure evict --folder "$raw" > /dev/null
        theirs "16-frame clips, raw HDF5, 2 workers, cold files" clips "$raw" --batches "$batches" --warm-up 0

        # The rest is held against the peer on raw HDF5 files of the same round.
        against="16-frame clips, raw HDF5, 2 workers"
        ours "16-frame clips to float32 model input, raw HDF5, 2 workers" loader --folder "$raw" --input --seconds "$seconds"
        compare_form AVI "$data/UCF-101"
        compare_form compact "$data/UCF-101-compact"
        if [ $own = 0 ]; then
            against="10 small videos"
            ours "10 small videos" loader --folder "$data-10-small/UCF-101-hdf5" --seconds "$seconds"
            # A whole epoch first: then every file has been met once, as with the 10.
            ours "$many small videos" loader --folder "$data-$many-small/UCF-101-hdf5" --seconds "$seconds" --videos $many --warm-up $((many / 32 + 4))
            ours "opening $many videos" open --root "$data-$many-small"
        fi
    done
}

compare_form() {
    [ -d "$2" ] || return 0
    against="16-frame clips, raw HDF5, 2 workers" ours "16-frame clips, $1, 2 workers" loader --folder "$2" --seconds "$seconds"
    against="single frames, raw HDF5, 2 workers" ours "single frames, $1, 2 workers" loader --folder "$2" --frames 1 --batch 100 --seconds "$seconds"
}

mkdir -p artifacts
: > "$results"
dotnet build -c Release -v quiet --nologo -clp:NoSummary benchmarks/UcfActionRecognition.Benchmarks >&2
prepare_data
"measure_$step"
"$python" benchmarks/compare_table.py "$results"
