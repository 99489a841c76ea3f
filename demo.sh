#!/usr/bin/env bash
# Builds replsim and runs the main job: mirrored pairs through link loss, crash, fracture, resync,
# failover and failback, told as a story and judged to the byte. Enough on a fresh Debian 12 or
# Ubuntu 24.04 machine; repeated calls build only what changed.
set -euo pipefail
cd "$(dirname "$0")"
. tools/packages.sh

# shellcheck disable=SC2086  # The list is words.
need $build_packages
build release replsim
echo "== Running scenarios/failover"
exec build/release/replsim run scenarios/failover/ --timeline "$@"
