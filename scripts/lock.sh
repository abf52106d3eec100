#!/usr/bin/env bash
# Resolve pyproject.toml into requirements.lock: pinned, hashed, without addresses. One resolution
# holds every group, so that a package has one version everywhere; a comment behind each package
# names the groups that need it, and scripts/setup.sh installs some of them.
#   lock.sh            keep what is pinned, add and drop what pyproject.toml asks for
#   lock.sh --upgrade  move everything to the newest versions allowed
#   lock.sh --check    fail when the lock is not what pyproject.toml asks for
# Pins that still fit stay, so a release somewhere else never makes a good lock look stale.
# A package without a wheel is refused: building one needs a compiler and unlocked build tools.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/uv.sh
. scripts/groups.sh
draft=$(mktemp -d)
trap 'rm -rf "$draft"' EXIT

# resolve TARGET [option …]: pins already in TARGET are preferred.
resolve() {
  local target=$1
  shift
  "$UV" pip compile pyproject.toml --python-version 3.11 --python-platform x86_64-manylinux_2_28 \
    "${WHEELS_ONLY[@]}" --no-header --no-annotate --quiet --output-file "$target" "$@" >/dev/null
}

[ ! -f requirements.lock ] || cp requirements.lock "$draft/all.lock"
upgrade=()
[ "${1:-}" != "--upgrade" ] || upgrade=(--upgrade)
every=()
for group in "${GROUPS_ON_REQUEST[@]}"; do every+=(--group "$group"); done
resolve "$draft/all.lock" --generate-hashes "${every[@]}" "${upgrade[@]}"
resolve "$draft/serve.names" --constraint "$draft/all.lock"
for group in "${GROUPS_ON_REQUEST[@]}"; do
  resolve "$draft/$group.names" --constraint "$draft/all.lock" --group "$group"
done

# What serving needs is needed by all and marked `serve` alone.
(cd "$draft" && awk '
  function mark() { if (name) print "    # for: " (for_whom[name] ? for_whom[name] : "nobody") }
  FILENAME != "all.lock" {
    group = FILENAME; sub(/\.names$/, "", group)
    split($1, part, "==")
    if (for_whom[part[1]] != "serve") for_whom[part[1]] = for_whom[part[1]] (for_whom[part[1]] ? " " : "") group
    next
  }
  /^[a-z0-9]/ { mark(); split($1, part, "=="); name = part[1] }
  /^ *#/ { next }
  { print }
  END { mark() }
' serve.names "${GROUPS_ON_REQUEST[@]/%/.names}" all.lock) >"$draft/requirements.lock"

if grep -nE 'https?://|# for: nobody' "$draft/requirements.lock"; then
  echo "✗ requirements.lock names an address, or a package that no group needs" >&2
  exit 1
fi
if [ "${1:-}" = "--check" ]; then
  cmp -s "$draft/requirements.lock" requirements.lock || {
    echo "✗ requirements.lock does not match pyproject.toml; run make lock" >&2
    exit 1
  }
else
  cp "$draft/requirements.lock" requirements.lock
  echo "requirements.lock: $(grep -c '==' requirements.lock) packages," \
    "$(grep -c '# for: serve$' requirements.lock) of them to serve"
fi
