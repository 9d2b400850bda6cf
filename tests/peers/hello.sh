#!/usr/bin/env bash
# Builds the smallest service from nothing, on trunkline and on ruststream in turn.
#
#   tests/peers/hello.sh [ROUNDS]    three rounds unless told otherwise
#
# Prints seconds of each clean debug build, the median, the processor's seconds, and how many
# packages each needs. What is not yet downloaded is fetched before the clock starts.
set -euo pipefail
cd "$(dirname "$0")"
rounds="${1:-3}"
contenders=(hello-trunkline hello-ruststream)
target="$(mktemp -d)"
trap 'rm -rf "$target"' EXIT
unset CARGO_TARGET_DIR RUSTC_WRAPPER

# Packages a build needs besides itself.
dependencies() {
    cargo tree -q --manifest-path "$1/Cargo.toml" -e normal,build --prefix none --no-dedupe |
        sed 's/ (.*//' | sort -u | grep -vc "^$1 "
}

for one in "${contenders[@]}"; do
    cargo fetch -q --manifest-path "$one/Cargo.toml"
done
TIMEFORMAT='%R %U %S'
for ((round = 1; round <= rounds; round++)); do
    for one in "${contenders[@]}"; do
        rm -rf "${target:?}/$one"
        took="$({ time cargo build -q --offline --target-dir "$target/$one" \
            --manifest-path "$one/Cargo.toml" 1>&3 2>&4; } 3>&1 4>&2 2>&1)"
        read -r wall user sys <<< "$took"
        echo "$wall $(echo "$user $sys" | awk '{ print $1 + $2 }')" >> "$target/$one.times"
        printf 'round %d  %-18s %6.1f s\n' "$round" "$one" "$wall"
    done
done
for one in "${contenders[@]}"; do
    middle=$(((rounds + 1) / 2))
    wall="$(sort -n "$target/$one.times" | sed -n "${middle}p" | cut -d' ' -f1)"
    cpu="$(cut -d' ' -f2 "$target/$one.times" | sort -n | sed -n "${middle}p")"
    printf '%-18s median %5.1f s, processor %5.1f s, %d dependencies\n' \
        "$one" "$wall" "$cpu" "$(dependencies "$one")"
done
