#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# SQLite and PostgreSQL: the same batches make the same pages and tables.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/lib_postgresql.sh"
command -v jq >/dev/null || skip_all "no jq"
[[ -n $PG_BIN ]] || skip_all "no PostgreSQL"
grep -q '#define HAVE_POSTGRESQL 1' "$BUILD/config.h" ||
	skip_all "built without PostgreSQL"
pg_up || bail "PostgreSQL does not start"

BATCHES=$WORK/batches
PAGES="/ /trends /types /sources /routes /complaints /quality /cost /coverage
	/report /v1/stats.json /v1/all.json /v1/all.csv /v1/series.json
	/v1/series.csv?step=hour /v1/tables/nodes.csv /v1/tables/rule.csv
	/v1/tables/channel_verdict_action.json /v1/tables/country.csv
	/?node=mx1 /types?node=forum"

PERIOD=from=$(date -u -d '-3 days' +%F)\&to=$(date -u -d '+1 day' +%F)
mkdir "$BATCHES"
python3 "$SRC/tests/system/feedd_batches.py" "$BATCHES" 4 30 ||
	bail "no batches"
conf_set feedd.reporters_min 2

# answers NAME: all batches are sent, each page is kept in $WORK/NAME
answers() {
	local file page n=0
	mkdir "$WORK/$1"
	feedd_up
	for file in "$BATCHES"/*-*.json; do
		curl -s -o /dev/null -w '%{http_code}\n' --data-binary \
			"@$file" "http://127.0.0.1:$FEED_PORT/v1/batches"
	done | sort | uniq -c >"$WORK/$1.codes"
	sleep 12 # the roll-up
	for page in $PAGES; do
		n=$((n + 1))
		[[ $page == *\?* ]] && page+="&$PERIOD" || page+="?$PERIOD"
		curl -s --max-time 60 "http://127.0.0.1:$FEED_PORT$page" \
			>"$WORK/$1/$n"
	done
	feedd_down
}

# What differs by itself: times of sending and of the answer.
plain() {
	sed -E 's/[0-9]{2}:[0-9]{2}(:[0-9]{2})?(\.[0-9]+)?/TIME/g' "$1"
}

answers sqlite
conf_set feedd.database "$PG_URL"
answers postgresql
is "SQLite takes every batch" "$(tr -s ' ' <"$WORK/sqlite.codes")" " 120 201"
is "PostgreSQL too" "$(tr -s ' ' <"$WORK/postgresql.codes")" " 120 201"
n=0
for page in $PAGES; do
	n=$((n + 1))
	ok "$page is the same" diff <(plain "$WORK/sqlite/$n") \
		<(plain "$WORK/postgresql/$n")
done
ok "and there is something in it" jq -e '.totals.items > 1000' \
	"$WORK/postgresql/11"
finish
