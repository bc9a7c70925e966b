#!/usr/bin/env bash
# Every test, nothing skipped: installs the clients the tests drive, starts a Docker engine if none runs, runs dotnet test.
# Arguments go to dotnet test, for example: ./test.sh --filter-class *Skopeo*
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
PATH=$PATH:/usr/sbin:/sbin
artifacts=$PWD/.test
pidfile=

say() { echo "test.sh: $*"; }
has() { command -v "$1" >/dev/null; }

as_root() {
  if ((EUID == 0)); then
    "$@"
  elif has sudo && { sudo -n true 2>/dev/null || [[ -t 0 ]]; }; then
    sudo "$@"
  else
    return 1
  fi
}

# Debian's busybox has two builds under one name; only the static one runs in an image that has nothing else.
has_static_busybox() { has busybox && { LC_ALL=C ldd "$(command -v busybox)" 2>&1 || true; } | grep -q 'not a dynamic'; }
engine_answers() { docker version >/dev/null 2>&1; }

missing_packages() {
  local tool
  for tool in skopeo podman buildah docker-registry spin gcc; do
    has "$tool" || echo "$tool"
  done
  # The checker that spin writes is a C program, and gcc alone does not bring the headers of the C library.
  [[ -f /usr/include/stdio.h ]] || echo libc6-dev
  has_static_busybox || echo busybox-static
  { has docker && { has dockerd || engine_answers; }; } || echo docker.io iptables
}

install_missing() {
  local packages
  mapfile -t packages < <(missing_packages | tr ' ' '\n')
  ((${#packages[@]} > 0)) || return 0
  say "installing ${packages[*]}"
  if has apt-get && as_root apt-get update -qq &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${packages[@]}" >"$artifacts/apt.log" 2>&1; then
    # The tests start their own docker-registry; the package's service would only hold port 5000.
    if [[ " ${packages[*]} " == *" docker-registry "* && -d /run/systemd/system ]]; then
      as_root systemctl disable --now docker-registry >/dev/null 2>&1 || true
    fi
  else
    say "could not install ${packages[*]} (not root and no sudo, no apt-get, or see $artifacts/apt.log); their tests will fail"
  fi
}

# Ceph's S3 gateway, without the many things that it recommends: a manager, systemd units, Python.
install_gateway() {
  local packages=() tool
  for tool in radosgw ceph-mon ceph-osd; do
    has "$tool" || packages+=("$tool")
  done
  ((${#packages[@]} > 0)) || return 0
  say "installing ${packages[*]}"
  has apt-get && as_root apt-get update -qq &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >"$artifacts/apt-gateway.log" 2>&1 ||
    say "could not install ${packages[*]}; the tests with an S3 server will fail"
}

start_engine() {
  has docker || return 0
  if ! engine_answers && has dockerd; then
    say "starting dockerd, log in $artifacts/dockerd.log"
    pidfile=$artifacts/dockerd.pid
    as_root dockerd --pidfile "$pidfile" --group "$(id -gn)" >"$artifacts/dockerd.log" 2>&1 &
    local tries
    for ((tries = 0; tries < 300; tries++)); do
      ! engine_answers || break
      [[ -n $(jobs -rp) ]] || break
      sleep 0.1
    done
  fi
  engine_answers || say "no Docker engine answers; its tests will fail: $(docker version 2>&1 | tail -1)"
}

stop_engine() {
  [[ -n $pidfile && -f $pidfile ]] || return 0
  as_root kill "$(cat "$pidfile")" && wait || true
}

# An engine older than some clients speak says so only when it is asked with a version that it does not know.
fit_engine() {
  local version
  version=$(docker version --format '{{.Server.APIVersion}}' 2>/dev/null) || return 0
  if ((${version#*.} < 44)); then
    export DOCKER_API_VERSION=$version
  fi
}

count() { # WORD: the number behind it in the summary of dotnet test
  sed -n "s/^  $1: \([0-9]*\)\r\?$/\1/p" "$artifacts/tests.log" | tail -1
}

mkdir -p "$artifacts"
trap stop_engine EXIT
install_missing
install_gateway
start_engine
fit_engine
engine_answers 2>/dev/null && as_root env PATH="$PATH" eng/base-images.sh || say 'the .NET base images are not there; the test of the Dockerfile will fail'

export CI=true TESTCONTAINERS_RYUK_DISABLED=true
status=0
# One project after the other: they measure, kill and start servers, and would only slow each other down. Exit code 8 is a
# project in which the arguments select no test.
dotnet test --solution Registry.sln -c Release --max-parallel-test-modules 1 --ignore-exit-code 8 "$@" 2>&1 | tee "$artifacts/tests.log" || status=$?

total=$(count total)
((${total:-0} > 0)) || { say 'no test ran'; exit 1; }
echo "$(count succeeded) passed, $(count failed) failed, $(count skipped) skipped"
exit "$status"
