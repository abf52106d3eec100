# Sourced: sets UV to a uv that works, installing one into .tools when the machine has none.
find_uv() {
  if command -v uv >/dev/null 2>&1; then UV=$(command -v uv); return; fi
  if [ ! -x .tools/bin/uv ]; then
    echo "· uv is missing: installing it into .tools"
    python3 -m venv .tools && .tools/bin/python -m pip install --quiet uv \
      || { echo "✗ could not install uv; install it from https://docs.astral.sh/uv and try again" >&2; exit 1; }
  fi
  UV=.tools/bin/uv
}
find_uv
