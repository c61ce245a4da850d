#!/bin/sh
# Fuzzes one reader, or names: ./run.sh TARGET [SECONDS]. See README.md.
set -eu
cd "$(dirname "$0")"
target=${1:?"usage: ./run.sh TARGET [SECONDS]; targets: ofac_sdn_csv ofac_xml un_sc_xml ftm_json csv names"}
seconds=${2:-60}
platform=$(rustc -vV | sed -n 's/^host: //p')

# Every golden case is a seed: its files behind each other with the byte 1C between, a mapping first.
mkdir -p "corpus/$target" "artifacts/$target"
for case in ../crates/rescreen-import/testdata/"$(echo "$target" | tr _ -)"/*/; do
    [ -d "$case" ] || continue
    seed=corpus/$target/seed-$(basename "$case")
    : >"$seed"
    for file in "$case"mapping.toml "$case"*; do
        case $file in
        */expected.txt) continue ;;
        */mapping.toml) [ ! -s "$seed" ] && [ -e "$file" ] || continue ;;
        esac
        [ ! -s "$seed" ] || printf '\034' >>"$seed"
        cat "$file" >>"$seed"
    done
done

# Names in several scripts are the seeds of names.
if [ "$target" = names ]; then
    pairs='Vsevolod Tarabuki|Всеволод Тарабуки;محمد جواد زرندی|Mohammad Javad Zarandi;추광섭|CHU Kwang Sop;विक्रम शर्मा|Vikram SHARMA;Tarabuku Fund III|Tarabuku Fund IV|o'
    printf '%s' "$pairs" | tr ';' '\n' | while IFS= read -r pair; do
        printf '%s' "$pair" | tr '|' '\034' >"corpus/names/seed-$(printf '%s' "$pair" | cksum | cut -d' ' -f1)"
    done
fi

# libFuzzer's instrumentation, as cargo-fuzz passes it, without the sanitizers that need a nightly compiler.
RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares" \
    cargo build --release --target "$platform" --bin "$target"

"${CARGO_TARGET_DIR:-target}/$platform/release/$target" -max_total_time="$seconds" -max_len=16384 -timeout=10 \
    -rss_limit_mb=1024 -artifact_prefix="artifacts/$target/" "corpus/$target"
