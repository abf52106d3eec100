#!/usr/bin/env bash
# Start or stop the private PostgreSQL and Redis that tests use: services.sh start|stop DIR
# `start` prints the variables that tests read.
set -euo pipefail
verb=$1
dir=$2
postgres_port=${CONCIERGE_TEST_POSTGRES_PORT:-5655}
redis_port=${CONCIERGE_TEST_REDIS_PORT:-6655}
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
owner=$(id -un)
[ "$(id -u)" != 0 ] || owner=postgres # PostgreSQL refuses to run as root

as_owner() { if [ "$(id -u)" = 0 ]; then runuser -u "$owner" -- "$@"; else "$@"; fi; }

case $verb in
start)
  mkdir -p "$dir"
  [ "$(id -u)" != 0 ] || chown "$owner" "$dir"
  cd "$dir"
  if [ ! -d "$dir/data" ]; then
    as_owner "$bin/initdb" -D "$dir/data" -U concierge -A trust -E UTF8 --no-sync >"$dir/initdb.log" 2>&1
  fi
  as_owner "$bin/pg_ctl" -D "$dir/data" -w -t 60 -l "$dir/postgres.log" \
    -o "-p $postgres_port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$dir -c fsync=off -c full_page_writes=off" start >/dev/null
  redis-server --port "$redis_port" --bind 127.0.0.1 --save '' --daemonize yes \
    --dir "$dir" --pidfile "$dir/redis.pid" --logfile "$dir/redis.log" >/dev/null
  echo "export CONCIERGE_TEST_POSTGRES_URL=postgresql+psycopg2://concierge@127.0.0.1:$postgres_port/postgres"
  echo "export CONCIERGE_TEST_REDIS_URL=redis://127.0.0.1:$redis_port/0"
  ;;
stop)
  cd /
  as_owner "$bin/pg_ctl" -D "$dir/data" -m fast -w stop >/dev/null 2>&1 || true
  if redis=$(cat "$dir/redis.pid" 2>/dev/null) && kill "$redis" 2>/dev/null; then
    # It writes its log to the end: a folder in which it still does cannot be removed.
    for _ in $(seq 100); do kill -0 "$redis" 2>/dev/null && sleep 0.1 || break; done
  fi
  rm -rf "$dir"
  ;;
esac
