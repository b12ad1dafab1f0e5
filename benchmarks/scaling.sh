#!/usr/bin/env bash
# Measures training on one rank with two threads against two ranks with one thread each, in turn, on the same batches of 16 frames, and prints the table of docs/scale.md.
#
#   benchmarks/scaling.sh [--data ROOT] [--rounds N]
#
# --data ROOT   a folder with ucfTrainTestlist/ and UCF-101/ (AVI); by default that of UCF101_ROOT. Converted once, into artifacts/scaling-data
# --rounds N    times that everything is measured in turn; medians count (5)
#
# Needs the .NET SDK, ffmpeg, Open MPI and, for weights of the right form, Debian's python3-torchvision.
set -euo pipefail
caller=$PWD
cd "$(dirname "$0")/.."

rounds=5 root=${UCF101_ROOT:-}
while [ $# -gt 0 ]; do
    case "$1" in
        --data) root=$(cd "$caller" && realpath "$2"); shift 2 ;;
        --rounds) rounds=$2; shift 2 ;;
        *) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; exit 2 ;;
    esac
done
[ -n "$root" ] || { echo "Name the data with --data or UCF101_ROOT."; exit 2; }

# As root, mpirun refuses to work without these.
[ "$(id -u)" -ne 0 ] || export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1

data=artifacts/scaling-data output=artifacts/scaling
mkdir -p artifacts
dotnet build -c Release -v quiet
part1=samples/Part1.SingleFrame/bin/Release/net10.0/Part1.SingleFrame.dll
dotnet samples/PrepareDataset/bin/Release/net10.0/PrepareDataset.dll --data "$root" --output $data --format compact --split 1 > artifacts/scaling.log
weights=artifacts/resnet50-random.pth
[ -f $weights ] || /usr/bin/python3 -c "import torch, torchvision; torch.manual_seed(0); torch.save(torchvision.models.resnet50().state_dict(), '$weights')"

# Frames a second in the second epoch: the first one warms up.
measure() {
    local name=$1
    shift
    rm -rf $output
    "$@" train --data $data --output $output --epochs 2 --limit-batches 3 >> artifacts/scaling.log 2>&1
    awk -F , -v name="$name" 'NR == 3 { printf "%s,%.2f\n", name, $10 / $11 }' $output/metrics.csv
}

results=artifacts/scaling.csv
: > $results
for ((round = 1; round <= rounds; round++)); do
    for layers in "last block,--weights $weights" "all layers,--weights none"; do
        # shellcheck disable=SC2086 # the options are words
        measure "${layers%%,*}:1 x 2" dotnet $part1 ${layers#*,} --batch-size 16 --threads 2 --workers 2 >> $results
        # shellcheck disable=SC2086
        measure "${layers%%,*}:2 x 1" mpirun -n 2 --bind-to core dotnet $part1 ${layers#*,} --batch-size 8 --threads 1 --workers 1 --distributed mpi >> $results
    done
done

echo "trained        ranks x threads   frames/s, median (least to most of $rounds rounds)"
sort -t , -k 1,1 -k 2,2n $results | awk -F , '
    function show() { if (n) printf "%-14s %-17s %.2f (%.2f to %.2f)\n", part[1], part[2], n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2, v[1], v[n] }
    $1 != key { show(); key = $1; split(key, part, ":"); n = 0 }
    { v[++n] = $2 }
    END { show() }'
