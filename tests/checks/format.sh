#!/usr/bin/env bash
# format.sh ROOT: every C++ file is as clang-format 14 leaves it (both Debian 12 and Ubuntu 24.04
# have that version; others format differently). Without it the check is skipped (77), and says so.
set -euo pipefail
cd "$1"
tool=$(command -v clang-format-14 || true)
if [ -z "$tool" ]; then
  echo "skipped: clang-format-14 is not installed"
  exit 77
fi
find sim model harness reports cli tests \( -name '*.h' -o -name '*.cpp' \) -print0 |
  xargs -0 -P 2 -n 40 "$tool" --dry-run -Werror --ferror-limit=1
