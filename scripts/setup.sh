#!/usr/bin/env bash
# Make the locked environment; with --tests also the programs that tests start.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/uv.sh

stamp=.venv/.concierge-lock
if [ ! -x .venv/bin/python ]; then
  echo "· making .venv with Python 3.11"
  "$UV" venv --quiet --python 3.11 .venv
fi
if ! cmp -s requirements.lock "$stamp" || [ ! -x .venv/bin/concierge ]; then
  echo "· installing the locked packages (about 8 GB on disk the first time, GPU libraries included)"
  "$UV" pip sync --python .venv/bin/python --require-hashes requirements.lock
  if [ -e /dev/nvidia0 ]; then
    echo "· an NVIDIA device: taking the GPU build of FAISS"
    "$UV" pip uninstall --quiet --python .venv/bin/python faiss-cpu
    "$UV" pip install --quiet --python .venv/bin/python --require-hashes -r requirements-gpu.lock
  fi
  # Rasa's pin of `packaging` breaks every build backend, so the checkout itself is put on the
  # path of the environment and its command written by hand instead of an editable install.
  pwd >"$(.venv/bin/python -c 'import site; print(site.getsitepackages()[0])')/concierge.pth"
  printf '#!%s/.venv/bin/python\nfrom concierge.cli.main import main\n\nmain()\n' "$PWD" >.venv/bin/concierge
  chmod +x .venv/bin/concierge
  cp requirements.lock "$stamp"
fi

[ "${1:-}" = "--tests" ] || exit 0

wanted=()
command -v chromium >/dev/null 2>&1 || wanted+=(chromium)
[ -n "$(ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null)" ] || wanted+=(postgresql)
command -v redis-server >/dev/null 2>&1 || wanted+=(redis-server)
fc-list 2>/dev/null | grep -qi 'cjk\|wqy' || wanted+=(fonts-noto-cjk)
command -v node >/dev/null 2>&1 || wanted+=(nodejs)
if [ ${#wanted[@]} -gt 0 ]; then
  echo "· installing for the tests: ${wanted[*]}"
  as_root=""
  [ "$(id -u)" = 0 ] || as_root=sudo
  export DEBIAN_FRONTEND=noninteractive
  $as_root apt-get update -qq
  $as_root apt-get install -qq -y --no-install-recommends "${wanted[@]}" >/dev/null
fi
