#!/usr/bin/env bash
# What takes too long for every change: two compilers at two -O levels give the same hashes,
# clang-tidy-19 on the program, libFuzzer for 60 s a target, very many random storms on the engine,
# random scenarios (CHAOS_FIRST, CHAOS_COUNT: which), benchmarks beside their peers.
# tools/nightly.sh [hashes|tidy|fuzz|storms|chaos|bench]... does only these.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/packages.sh
mkdir -p out
seconds_per_target=${FUZZ_SECONDS:-60}

hashes() {
  local compiler level folder
  for compiler in g++ clang++-19; do
    for level in -O0 -O2; do
      folder=build/nightly$compiler$level
      echo "== Hashes: $compiler $level"
      cmake -S . -B "$folder" -G Ninja -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_BUILD_TYPE=None \
        -DCMAKE_CXX_FLAGS="$level" -DREPLSIM_TESTS=OFF -DREPLSIM_BENCH=OFF >/dev/null
      ninja -C "$folder" replsim
      tools/hashes.sh "$folder/replsim" >"out/hashes$compiler$level"
      diff -u "out/hashesg++-O0" "out/hashes$compiler$level"
    done
  done
}

tidy() {
  echo "== clang-tidy-19"
  build tidy replsim
}

fuzz() {
  local program target
  build fuzz
  for program in build/fuzz/tests/*_fuzz; do
    target=$(basename "$program" _fuzz)
    echo "== Fuzzing $target for $seconds_per_target s"
    mkdir -p "out/fuzz/$target"
    "$program" -max_total_time="$seconds_per_target" -timeout=10 -rss_limit_mb=2048 \
      -artifact_prefix="out/fuzz/$target-" "out/fuzz/$target" "tests/fuzz/corpus/$target"
  done
}

storms() {
  build release engine_test cli_test
  echo "== Storms"
  REPLSIM_FIXTURES=$PWD/fixtures build/release/tests/engine_test '[storms]'
  echo "== Random walks"
  REPLSIM_FIXTURES=$PWD/fixtures build/release/tests/cli_test '[walks]'
}

chaos() {
  build release replsim
  echo "== Random scenarios"
  rm -rf out/chaos
  python3 tools/chaos_scenarios.py out/chaos "${CHAOS_FIRST:-1}" "${CHAOS_COUNT:-1000}"
  build/release/replsim run out/chaos
}

bench() {
  build release
  echo "== Benchmarks"
  build/release/tests/replsim_bench --benchmark_out=out/bench.json --benchmark_out_format=json
  # Peers are other simulators' programs, each printing `name items_per_second`.
  if [ -n "${REPLSIM_PEERS:-}" ]; then
    "$REPLSIM_PEERS" | tee out/peers.txt
    python3 tools/ratios.py out/bench.json out/peers.txt
  else
    echo "No peers to race: set REPLSIM_PEERS to a program that prints name and items per second"
  fi
}

# shellcheck disable=SC2086  # The lists are words.
need $build_packages $ci_packages $nightly_packages
[ $# -gt 0 ] || set -- hashes tidy fuzz storms chaos bench
for part in "$@"; do
  case $part in
    hashes | tidy | fuzz | storms | chaos | bench) "$part" ;;
    *) echo "tools/nightly.sh: no part '$part'" >&2 && exit 2 ;;
  esac
done
