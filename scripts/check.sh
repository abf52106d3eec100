#!/usr/bin/env bash
# Everything that can be checked without running the product.
set -euo pipefail
cd "$(dirname "$0")/.."
step() { echo "· $1"; shift; "$@"; }
step "format" .venv/bin/ruff format --check .
step "lint" .venv/bin/ruff check .
step "import contracts" .venv/bin/lint-imports
step "types" .venv/bin/mypy
step "lock" scripts/lock.sh --check
step "words" .venv/bin/concierge words check
step "docs" .venv/bin/pytest -q tests/unit/test_docs.py
