#!/usr/bin/env bash
# Make the locked environment in .venv: what serves, and groups of pyproject.toml on request.
#   setup.sh                     what serves; a machine with an NVIDIA device gets train and gpu too
#   setup.sh --with train,spark  these groups as well (train, gpu, peers, spark, dev; all but gpu: all)
#   setup.sh --tests             all but gpu, and the programs that tests start
# Groups stay once they are there, so that `make run` never undoes what `make test` installed.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/uv.sh
. scripts/groups.sh

asked=()
tests=""
while [ $# -gt 0 ]; do
  case $1 in
    --with)
      [ $# -ge 2 ] || { echo "✗ --with needs groups, e.g. --with train,spark" >&2; exit 2; }
      IFS=, read -ra named <<<"$2"
      asked+=("${named[@]}")
      shift
      ;;
    --tests) asked+=(all) tests=yes ;;
    *) echo "✗ unknown option $1; scripts/setup.sh [--with GROUP,…] [--tests]" >&2; exit 2 ;;
  esac
  shift
done

stamp=.venv/.concierge-lock
[ ! -f .venv/.concierge-groups ] || read -ra installed <.venv/.concierge-groups
[ ! -e /dev/nvidia0 ] || asked+=(train gpu)
groups=()
for group in "${GROUPS_ON_REQUEST[@]}"; do
  for one in "${asked[@]}" "${installed[@]:-}"; do
    if [ "$one" = "$group" ] || { [ "$one" = all ] && [ "$group" != gpu ]; }; then
      groups+=("$group")
      break
    fi
  done
done
for one in "${asked[@]}"; do
  [[ " ${GROUPS_ON_REQUEST[*]} all serve " == *" $one "* ]] || {
    echo "✗ there is no group $one; there are: ${GROUPS_ON_REQUEST[*]}, and all for all but gpu" >&2
    exit 2
  }
done

if [ ! -x .venv/bin/python ]; then
  echo "· making .venv with Python 3.11"
  "$UV" venv --quiet --python 3.11 .venv
fi
wanted=$(mktemp)
trap 'rm -f "$wanted"' EXIT
locked_for "${groups[@]}" >"$wanted"
if ! cmp -s "$wanted" "$stamp" || [ ! -x .venv/bin/concierge ]; then
  echo "· installing the locked packages: what serves${groups[*]:+, and for ${groups[*]}}"
  "$UV" pip sync --python .venv/bin/python --require-hashes "${WHEELS_ONLY[@]}" "$wanted"
  # Rasa's pin of `packaging` breaks every build backend, so the checkout itself is put on the
  # path of the environment and its command written by hand instead of an editable install.
  pwd >"$(.venv/bin/python -c 'import site; print(site.getsitepackages()[0])')/concierge.pth"
  printf '#!%s/.venv/bin/python\nfrom concierge.cli.main import main\n\nmain()\n' "$PWD" >.venv/bin/concierge
  # Rasa's own command, for plain `rasa train`: without the packages that the lock leaves out.
  printf '#!%s/.venv/bin/python\nimport bot\nfrom rasa.__main__ import main\n\nmain()\n' "$PWD" >.venv/bin/rasa
  chmod +x .venv/bin/concierge .venv/bin/rasa
  echo "${groups[*]}" >.venv/.concierge-groups
  cp "$wanted" "$stamp"
fi

[ -n "$tests" ] || exit 0

programs=()
command -v chromium >/dev/null 2>&1 || programs+=(chromium)
[ -n "$(ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null)" ] || programs+=(postgresql)
command -v redis-server >/dev/null 2>&1 || programs+=(redis-server)
fc-list 2>/dev/null | grep -qi 'cjk\|wqy' || programs+=(fonts-noto-cjk)
command -v node >/dev/null 2>&1 || programs+=(nodejs)
command -v dovecot >/dev/null 2>&1 || programs+=(dovecot-imapd)
command -v smtpd >/dev/null 2>&1 || programs+=(opensmtpd)
if [ ${#programs[@]} -gt 0 ]; then
  echo "· installing for the tests: ${programs[*]}"
  as_root=""
  [ "$(id -u)" = 0 ] || as_root=sudo
  export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 # install, start nothing: tests start their own
  $as_root apt-get update -qq
  $as_root apt-get install -qq -y --no-install-recommends "${programs[@]}" >/dev/null
fi
