#!/usr/bin/env bash
# What a clean release build of trunkline-wazo costs, in seconds of processor time (user and system).
#
#   framework/wazo/benches/building.sh
#
# Prints a table: the crate alone with its dependencies built before, and with them, for no typed
# events, those of one service, and all. Builds in a directory of its own, which it removes.
set -euo pipefail
cd "$(dirname "$0")/../../.."

target=$(mktemp -d)
trap 'rm -rf "$target"' EXIT

# build FEATURES: builds, and prints the seconds it took.
build() {
    local TIMEFORMAT='%U %S'
    { time cargo build --quiet --locked --release --target-dir "$target" -p trunkline-wazo \
        --features "$1" 2> /dev/null; } 2>&1 | awk '{ printf "%.1f", $1 + $2 }'
}

cargo fetch --quiet --locked
printf '| %-10s | %-16s | %-22s |\n' features 'the crate alone' 'with its dependencies'
printf '| --- | --- | --- |\n'
for features in '' calld events; do
    rm -rf "$target"/*
    whole=$(build "$features")
    cargo clean --quiet --release --target-dir "$target" -p trunkline-wazo
    alone=$(build "$features")
    printf '| %-10s | %14s s | %20s s |\n' "${features:-none}" "$alone" "$whole"
done
