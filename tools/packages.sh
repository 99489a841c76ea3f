# shellcheck shell=bash
# Sourced by demo.sh, test.sh, .ci/run and tools/nightly.sh: the packages, one list for Debian 12
# and Ubuntu 24.04, and how missing ones are installed.

# shellcheck disable=SC2034  # Used by those who source this file.
build_packages="g++ cmake ninja-build pkg-config git python3 sqlite3 libsqlite3-dev \
libexpat1-dev libyaml-cpp-dev libcli11-dev libfmt-dev nlohmann-json3-dev libxxhash-dev catch2 \
libbenchmark-dev clang-format-14"
# shellcheck disable=SC2034
ci_packages="clang-19 libclang-rt-19-dev"
# shellcheck disable=SC2034
nightly_packages="clang-tidy-19"

# need PACKAGES...: installs those that are missing; without apt it names them and fails.
need() {
  local missing=() package as_root=()
  if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
    need_without_apt "$@"
    return
  fi
  for package in "$@"; do
    if [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" != installed ]; then
      missing+=("$package")
    fi
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
      echo "replsim: these packages are missing, and there is no sudo: ${missing[*]}" >&2
      echo "replsim: as root: apt-get install ${missing[*]}" >&2
      return 1
    fi
    as_root=(sudo)
  fi
  echo "== Installing packages: ${missing[*]}"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -q --no-install-recommends "${missing[@]}"
}

# On other systems: good when the tools are there (CMake finds or names the libraries).
need_without_apt() {
  local tool absent=()
  for tool in c++ cmake ninja git python3; do
    command -v "$tool" >/dev/null 2>&1 || absent+=("$tool")
  done
  [ ${#absent[@]} -gt 0 ] || return 0
  echo "replsim: not found: ${absent[*]}" >&2
  echo "replsim: no apt here. Install what Debian calls: $*" >&2
  return 1
}

# build PRESET [TARGET...]: configures and builds; says how far it is.
build() {
  local preset=$1
  shift
  echo "== Building: preset $preset"
  cmake --preset "$preset" --log-level=NOTICE -Wno-dev
  NINJA_STATUS='[%f/%t, %es] ' ninja -C "build/$preset" "$@"
}
