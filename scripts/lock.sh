#!/usr/bin/env bash
# Resolve pyproject.toml into requirements.lock: pinned, hashed, without addresses.
#   lock.sh            keep what is pinned, add and drop what pyproject.toml asks for
#   lock.sh --upgrade  move everything to the newest versions allowed
#   lock.sh --check    fail when the lock is not what pyproject.toml asks for
# Pins that still fit stay, so a release somewhere else never makes a good lock look stale.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/uv.sh
draft=$(mktemp -d)
trap 'rm -rf "$draft"' EXIT

# resolve INPUT TARGET [option …]: pins already in TARGET are preferred.
resolve() {
  local input=$1 target=$2
  shift 2
  "$UV" pip compile "$input" --python-version 3.11 --python-platform x86_64-manylinux_2_28 \
    --generate-hashes --no-header --no-annotate --quiet --output-file "$target" "$@" >/dev/null
}

cp requirements.lock requirements-gpu.lock "$draft/" 2>/dev/null || true
upgrade=()
[ "${1:-}" != "--upgrade" ] || upgrade=(--upgrade)
resolve pyproject.toml "$draft/requirements.lock" --group dev "${upgrade[@]}"
# What a machine with an NVIDIA device gets in place of faiss-cpu.
echo "faiss-gpu-cu12>=1.9" >"$draft/gpu.in"
resolve "$draft/gpu.in" "$draft/requirements-gpu.lock" --constraint "$draft/requirements.lock" "${upgrade[@]}"

for lock in requirements.lock requirements-gpu.lock; do
  if grep -nE 'https?://' "$draft/$lock"; then
    echo "✗ $lock names an address" >&2
    exit 1
  fi
  if [ "${1:-}" = "--check" ]; then
    cmp -s "$draft/$lock" "$lock" || {
      echo "✗ $lock does not match pyproject.toml; run make lock" >&2
      exit 1
    }
  else
    cp "$draft/$lock" "$lock"
    echo "$lock: $(grep -c '==' "$lock") packages"
  fi
done
