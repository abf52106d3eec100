#!/usr/bin/env bash
# Run every test with its services; extra arguments go to pytest instead of the two standard runs.
set -euo pipefail
cd "$(dirname "$0")/.."
services=$(mktemp -d /tmp/concierge-services.XXXXXX)
chmod 755 "$services"
CONCIERGE_TEST_TRAINED=$(mktemp -d /tmp/concierge-trained.XXXXXX) # the assistant is trained once
export CONCIERGE_TEST_TRAINED
trap 'scripts/services.sh stop "$services"; rm -rf "$CONCIERGE_TEST_TRAINED"' EXIT
echo "· starting PostgreSQL and Redis for the tests"
free_port() { .venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
CONCIERGE_TEST_POSTGRES_PORT=$(free_port)
CONCIERGE_TEST_REDIS_PORT=$(free_port)
export CONCIERGE_TEST_POSTGRES_PORT CONCIERGE_TEST_REDIS_PORT
started=$(scripts/services.sh start "$services")
eval "$started"
export OMP_NUM_THREADS=1 RASA_TELEMETRY_ENABLED=false
if [ $# -gt 0 ]; then
  .venv/bin/pytest "$@"
  exit
fi
limit="timeout -k 30 45m" # a run that hangs fails, in time for somebody to read where
whole='conversation or browser or system or train'
echo "· fast tests"
$limit .venv/bin/pytest -q -n 2 --dist loadfile -m "not ($whole)"
echo "· whole conversations and system tests"
$limit .venv/bin/pytest -q -m "(conversation or system or train) and not browser"
# On their own: the browser's driver keeps an event loop running that others cannot share.
echo "· browser tests"
$limit .venv/bin/pytest -q -m "browser and not conversation"
echo "· a whole day in the browser"
$limit .venv/bin/pytest -q -m "browser and conversation"
