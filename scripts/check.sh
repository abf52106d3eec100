#!/usr/bin/env bash
# Everything that can be checked without running the product.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/uv.sh
step() { echo "· $1"; shift; "$@"; }
lock_is_fresh() {
  "$UV" lock --quiet --python 3.11
  "$UV" export --quiet --frozen --no-header --no-emit-project --no-annotate | diff -q - requirements.lock >/dev/null \
    || { echo "✗ requirements.lock does not match pyproject.toml; run make lock" >&2; return 1; }
}
step "format" .venv/bin/ruff format --check .
step "lint" .venv/bin/ruff check .
step "import contracts" .venv/bin/lint-imports
step "types" .venv/bin/mypy
step "lock" lock_is_fresh
step "docs" .venv/bin/pytest -q tests/unit/test_docs.py
