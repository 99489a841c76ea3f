#!/usr/bin/env bash
# Builds replsim and runs every test. Enough on a fresh Debian 12 or Ubuntu 24.04 machine; repeated
# calls build only what changed. Arguments go to ctest: ./test.sh -R engine
set -euo pipefail
cd "$(dirname "$0")"
. tools/packages.sh

# shellcheck disable=SC2086  # The list is words.
need $build_packages
build release
echo "== Testing"
ctest --preset release --parallel "$(nproc)" "$@"
