#!/usr/bin/env bash
# Writes what the packages promise: PublicAPI.Unshipped.txt of each, all of its public API that is not in its PublicAPI.Shipped.txt.
# Run it after a change of the public API, and read the difference. On a release, Unshipped's lines move to Shipped.
set -euo pipefail
cd "$(dirname "$0")"

log=$(mktemp)
trap 'rm -f "$log"' EXIT
for project in UcfActionRecognition UcfActionRecognition.Reporting UcfActionRecognition.Mpi; do
    declared="$project/PublicAPI.Unshipped.txt"
    before=$(cat "$declared")
    echo "#nullable enable" > "$declared"
    # Each symbol that is in neither file is a warning that names it as the files do.
    dotnet build "$project" -c Release -p:TreatWarningsAsErrors=false > "$log" || { echo "$before" > "$declared"; cat "$log"; exit 1; }
    sed -n "s/.*RS0016: Symbol '\(.*\)' is not part of the declared public API.*/\1/p" "$log" | LC_ALL=C sort -u >> "$declared"
    echo "$declared: $(($(wc -l < "$declared") - 1)) lines"
done
