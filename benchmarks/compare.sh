#!/usr/bin/env bash
# Measures this library beside the same work in Python, in turn on the same files, and prints the tables of docs/performance.md.
#
#   benchmarks/compare.sh [loader] [--data ROOT] [--rounds N] [--seconds S] [--quick]
#   benchmarks/compare.sh engine [--data ROOT] [--rounds N] [--float32] [--quick]
#
# loader        from the files to the batch
# engine        training steps, whole videos and whole epochs
# --data ROOT   a folder of your own: UCF-101-hdf5/, and ucfTrainTestlist/ for the epochs, and UCF-101/ and UCF-101-compact/ where they are to be
#               loaded too. The loader takes 128 videos of it, an epoch all. By default videos are generated in artifacts/benchmark-data
# --rounds N    times that everything is measured in turn; medians count (loader: 7, engine: 4)
# --seconds S   how long each measurement of the loader takes, at least (5)
# --float32     without the rows of bfloat16, which processors without instructions for it run slowly
# --quick       one short round of small videos and batches, to see that all of it runs
#
# Needs the .NET SDK and Debian's python3-h5py and python3-opencv; the loader ffmpeg for the AVI files, the engine python3-torch and
# python3-torchvision.
set -euo pipefail
caller=$PWD
cd "$(dirname "$0")/.."

step=loader rounds= seconds=5 quick=0 float32=0 data=artifacts/benchmark-data own=0
case "${1:-}" in loader|engine) step=$1; shift ;; esac
while [ $# -gt 0 ]; do
    case "$1" in
        --data) data=$(cd "$caller" && realpath "$2") own=1; shift 2 ;;
        --rounds) rounds=$2; shift 2 ;;
        --seconds) seconds=$2; shift 2 ;;
        --float32) float32=1; shift ;;
        --quick) quick=1 rounds=1 seconds=1; shift ;;
        *) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; exit 2 ;;
    esac
done
[ -n "$rounds" ] || { [ $step = loader ] && rounds=7 || rounds=4; }
[ $own = 1 ] || [ $quick = 0 ] || data=artifacts/benchmark-data-quick

program=benchmarks/UcfActionRecognition.Benchmarks/bin/Release/net10.0/UcfActionRecognition.Benchmarks
python=/usr/bin/python3 peer=benchmarks/peer
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
# theirs "ROW" SCRIPT ARGUMENT...
theirs() { record peer "$1" "$1" "$python" "$peer/$2.py" "${@:3}"; }

# Generated videos in the forms that are compared; of a folder of the user's own nothing is written.
prepare_loader() {
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
            theirs "16-frame clips, raw HDF5, $workers workers" load_clips clips "$raw" --workers "$workers" --seconds "$seconds"
            ours "single frames, raw HDF5, $workers workers" loader --folder "$raw" --workers "$workers" --frames 1 --batch 100 --seconds "$seconds"
            theirs "single frames, raw HDF5, $workers workers" load_clips clips "$raw" --workers "$workers" --frames 1 --batch 100 --seconds "$seconds"
        done
        ours "resampler, one thread" resampler --folder "$raw"
        theirs "resampler, one thread" load_clips resize "$raw"
        ours "16-frame clips, raw HDF5, 2 workers, cold files" loader --folder "$raw" --cold --batches "$batches"
        measure evict --folder "$raw" > /dev/null
        theirs "16-frame clips, raw HDF5, 2 workers, cold files" load_clips clips "$raw" --batches "$batches" --warm-up 0

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

# Videos with both sides of a split, and weights that both load, since what is trained is only part of a network with weights.
prepare_engine() {
    if [ $own = 0 ]; then
        data=$data-engine
        local size=(--videos 128 --frames 60)
        [ $quick = 0 ] || size=(--videos 16 --frames 20)
        [ -d "$data/UCF-101-hdf5" ] || measure generate --root "$data" "${size[@]}"
    fi
    mkdir -p artifacts/benchmark-weights artifacts/benchmark-output
    [ -f "${weights[frames]}" ] || "$python" $peer/train_2d.py weights --output "${weights[frames]}" > /dev/null
    [ -f "${weights[clips]}" ] || "$python" $peer/train_3d.py weights --output "${weights[clips]}" > /dev/null
    for sample in Part1.SingleFrame Part2.Sequence; do
        dotnet build -c Release -v quiet --nologo -clp:NoSummary samples/$sample >&2
    done
}

declare -A weights=([frames]=artifacts/benchmark-weights/resnet50.pth [clips]=artifacts/benchmark-weights/resnet-50-kinetics.pth)
declare -A script=([frames]=train_2d [clips]=train_3d)
declare -A sample=([frames]=Part1.SingleFrame [clips]=Part2.Sequence)

measure_engine() {
    local frame_batches=(32 100) clip_batches=(2 8) steps=(--steps 3 --warm-up 1) videos=2 mode batch
    # Generated videos are a third as long as UCF-101's.
    [ $own = 1 ] || videos=4
    local epoch=() peer_epoch=()
    if [ $quick = 1 ]; then
        frame_batches=(4) clip_batches=(1) steps=(--steps 1 --warm-up 1) videos=1 epoch=(--batch-size 8) peer_epoch=(--batch 8)
    fi
    for ((round = 1; round <= rounds; round++)); do
        ours "matmul, float32" matmul
        [ $float32 = 1 ] || ours "matmul, bfloat16" matmul --precision bfloat16
        for mode in train frozen; do
            for batch in "${frame_batches[@]}"; do
                compare_engine frames "2D step, batch $batch, BatchNorm $mode" step --batch "$batch" --batch-norm $mode "${steps[@]}"
            done
            for batch in "${clip_batches[@]}"; do
                compare_engine clips "3D step, batch $batch, BatchNorm $mode" step --batch "$batch" --batch-norm $mode "${steps[@]}"
            done
        done
        compare_engine frames "whole videos, 2D, every frame" evaluate --folder "$data/UCF-101-hdf5" --videos $videos
        compare_engine clips "whole videos, 3D, full sequence" evaluate --folder "$data/UCF-101-hdf5" --videos $videos
        compare_epoch frames "epoch of Part 1, process"
        compare_epoch clips "epoch of Part 2, process"
    done
}

# compare_engine NETWORK "ROW" VERB ARGUMENT...: the peer's programs have the verbs and arguments of ours.
compare_engine() {
    local network=$1 row=$2
    shift 2
    ours "$row" "$@" --network "$network" --weights "${weights[$network]}"
    theirs "$row" "${script[$network]}" "$@" --weights "${weights[$network]}"
    [ $float32 = 1 ] || against=$row ours "$row, bfloat16" "$@" --network "$network" --weights "${weights[$network]}" --precision bfloat16
}

compare_epoch() {
    local network=$1 row=$2 output=artifacts/benchmark-output name=${sample[$1]}
    record ours "$row" "$row" "$python" benchmarks/whole_process.py "samples/$name/bin/Release/net10.0/$name" train --epochs 1 --data "$data" \
        --weights "${weights[$network]}" --output "$output/$name" "${epoch[@]}"
    record peer "$row" "$row" "$python" benchmarks/whole_process.py "$python" "$peer/${script[$network]}.py" epoch --data "$data" \
        --weights "${weights[$network]}" --output "$output/$name.pth" "${peer_epoch[@]}"
}

mkdir -p artifacts
: > "$results"
dotnet build -c Release -v quiet --nologo -clp:NoSummary benchmarks/UcfActionRecognition.Benchmarks >&2
"prepare_$step"
"measure_$step"
table=compare_table.py
[ $step = loader ] || table=compare_engine_table.py
"$python" benchmarks/$table "$results"
