#!/usr/bin/env bash
# Resolve pyproject.toml and export requirements.lock: pinned, hashed, without addresses.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/uv.sh
"$UV" lock --quiet --python 3.11
"$UV" export --quiet --frozen --no-header --no-emit-project --no-annotate >requirements.lock
if grep -nE 'https?://' requirements.lock; then
  echo "✗ requirements.lock names an address" >&2
  exit 1
fi
echo "requirements.lock: $(grep -c '==' requirements.lock) packages"
