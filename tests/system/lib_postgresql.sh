# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: Apache-2.0
# A PostgreSQL of the test's own, in $WORK, on a unix socket; it does not run
# as root. Sourced after lib.sh.

PG_BIN=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -n 1)

pg_user() { # pg_user COMMAND...: as whoever may run it
	if [[ $EUID -eq 0 ]]; then
		(cd "$WORK" && setpriv --reuid=nobody --regid=nogroup \
			--clear-groups "$@")
	else
		"$@"
	fi
}

# pg_up: sets PG_URL, of the empty database "feed".
pg_up() {
	mkdir -p "$WORK/pg"
	[[ $EUID -ne 0 ]] || chown nobody:nogroup "$WORK/pg"
	pg_user "$PG_BIN/initdb" -D "$WORK/pg/data" -A trust -U tamis -E UTF8 \
		--locale=C.UTF-8 >"$WORK/initdb.log" 2>&1 || return 1
	pg_user "$PG_BIN/postgres" -D "$WORK/pg/data" -k "$WORK/pg" \
		-c listen_addresses= -c fsync=off -c max_connections=60 \
		>"$WORK/postgres.log" 2>&1 &
	pids+=($!)
	pg_pid=$!
	PG_URL="postgresql://tamis@/feed?host=$WORK/pg"
	wait_for 30 "$PG_BIN/psql" -h "$WORK/pg" -U tamis -c 'SELECT 1' \
		postgres || return 1
	"$PG_BIN/createdb" -h "$WORK/pg" -U tamis feed
}
