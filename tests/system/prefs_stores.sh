#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Preferences in SQLite, made with its own tool, and in a real Redis server;
# what happens when they are away; recipients of the milter. Where spamd can
# read SQLite (-Q), it answers from the same table.
# shellcheck source=tests/system/lib.sh
source "$(dirname "$0")/lib.sh"

command -v spamc >/dev/null || skip_all "no spamc"
command -v sqlite3 >/dev/null || skip_all "no sqlite3"

port=$(free_port)
conf_set spamd.listen "inet:$port@127.0.0.1"
conf_set prefs.sqlite "$WORK/prefs.db"
conf_set prefs.cache_ttl 0s
conf_set reputation.enabled no # what is compared with spamd has none

check() { # check USER: score and threshold of the mail
	spamc -d 127.0.0.1 -p "$port" -u "$1" -c <"$WORK/mail.eml"
}
mail mail sieve-suspect >/dev/null

# ---- the table that web front ends write ----

sql() { sqlite3 "$WORK/prefs.db" "$@"; }
say() { # say USERNAME PREFERENCE VALUE
	sql "insert into userpref (username, preference, value)
		values ('$1', '$2', '$3')"
}
sql "create table userpref (
	username varchar(100) not null,
	preference varchar(50) not null,
	value varchar(100) not null,
	prefid integer primary key autoincrement);
	create index username on userpref (username);"
say @GLOBAL required_score 6
say @example.net required_score 7
say %percent.example required_score 8
say @~tilde.example required_score 9
say ann@example.net required_score 10
say ann@example.net 'score W_SUSPECT' 2
say bob 'score W_SUSPECT' 4.5
say "o''hara@example.com" required_score 11
say lines@example.com required_score $'12\nrequired_score 1'
say rules@example.com body 'MINE /x/'
chmod 644 "$WORK/prefs.db"

tamisd_up
is "everybody" "$(check nobody@example.com)" "3.5/6.0"
is "@domain" "$(check carl@example.net)" "3.5/7.0"
is "%domain" "$(check carl@percent.example)" "3.5/8.0"
is "@~domain" "$(check carl@tilde.example)" "3.5/9.0"
is "a user, over the domain" "$(check ann@example.net)" "2.0/10.0"
is "a login" "$(check bob)" "4.5/6.0"
is "a name with a quote" "$(check "o'hara@example.com")" "3.5/11.0"
is "one that would be SQL" "$(check "x'or'1'='1")" "3.5/6.0"
is "a value is one line" "$(check lines@example.com)" "3.5/6.0"
is "rules do not exist" "$(check rules@example.com)" "3.5/6.0"
say ann@example.net required_score 5
is "a change counts" "$(check ann@example.net)" "2.0/5.0"
like "show names the row" "$(tamis prefs show ann@example.net)" \
	$'sqlite:ann@example.net:2\tscore W_SUSPECT 2'

# ---- spamd with the same table ----

if perl -MDBD::SQLite -e 1 2>/dev/null && [[ -x /usr/sbin/spamd ]] &&
	[[ $EUID -eq 0 ]]; then
	their_port=$(free_port)
	mkdir -p "$WORK/site" "$WORK/home"
	chmod a+rX "$WORK" "$WORK/rules" "$WORK/site"
	{
		echo "loadplugin Mail::SpamAssassin::Plugin::Check"
		echo "user_scores_dsn DBI:SQLite:dbname=$WORK/prefs.db"
	} >"$WORK/site/init.pre"
	/usr/sbin/spamd -L -x -q -u nobody -m 1 -i 127.0.0.1 -p "$their_port" \
		-C "$WORK/rules" --siteconfigpath="$WORK/site" \
		-H "$WORK/home" -s "$WORK/their.log" >"$WORK/their.out" 2>&1 &
	pids+=($!)
	wait_for 60 listens "$their_port" || bail "spamd does not start"
	# Domains are ours: spamd asks for the user and for @GLOBAL.
	for user in nobody@example.com ann@example.net bob \
		rules@example.com; do
		is "$user: as spamd -q answers" "$(check "$user")" "$(
			spamc -d 127.0.0.1 -p "$their_port" -u "$user" -c \
				<"$WORK/mail.eml")"
	done
else
	skip "as spamd -q answers" "no spamd, or it has no SQLite"
fi

# ---- a query of the site's own ----

conf_set prefs.sqlite_query "SELECT preference, value FROM _TABLE_ WHERE \
username = _USERNAME_ OR username = '@GLOBAL' OR username = '@' || _DOMAIN_ \
ORDER BY username DESC"
tamisd_reload >/dev/null
is "its order counts" "$(check ann@example.net)" "2.0/6.0"
conf_set prefs.sqlite_query ""
tamisd_reload >/dev/null

# ---- a database that is locked, broken, away ----

# A writer that does not end: readers wait, then go on without it.
{ echo "begin exclusive; select 1;"; sleep 3; echo "rollback;"; } |
	sqlite3 "$WORK/prefs.db" >"$WORK/lock.txt" &
locker=$!
wait_for 5 grep -q 1 "$WORK/lock.txt"
begin=${EPOCHREALTIME/./}
is "locked: the site's own" "$(check dora@example.net)" "3.5/5.0"
is "and soon" "$(((${EPOCHREALTIME/./} - begin) / 1000 < 1500))" 1
wait "$locker"
like "the log says so" "$(grep 'preferences cannot be read' \
	"$WORK/tamisd.log")" 'from sqlite: .*locked'
like "and names it with the message" "$(tail -n 3 "$WORK/tamisd.log")" \
	'user=dora@example.net .*prefs=unavailable'
is "it is counted" "$(counter prefs_unavailable)" 1
recorded() { tamis history --json | grep -o '"preferences":{[^}]*}'; }
# shellcheck disable=SC2317 # by wait_for
is_recorded() { recorded | grep -q '"failed":"sqlite"'; }
ok "and recorded" wait_for 10 is_recorded
# shellcheck disable=SC2317 # by wait_for
back() { [[ $(check dora@example.net) == "$1" ]]; }
ok "it is asked again" wait_for 15 back 3.5/7.0
check ann@example.net >/dev/null
mv "$WORK/prefs.db" "$WORK/away.db"
is "away" "$(check ann@example.net)" "2.0/5.0"
is "it was remembered: stale" "$(tail -n 1 "$WORK/tamisd.log" |
	grep -o 'prefs=[a-z,]*')" "prefs=user,stale"
mv "$WORK/away.db" "$WORK/prefs.db"

# ---- posts ----

named='{"text":"about sieve-suspect","user":"ann@example.net"}'
is "a post may not name a user" "$(post "$named" -o /dev/null \
	-w '%{http_code}')" 403
conf_set prefs.http yes
tamisd_reload >/dev/null
is "but where it may" "$(post "$named" | jq -c '[.score, .threshold]')" "[2,5]"
is "without a name, nobody's" "$(post '{"text":"about sieve-suspect"}' |
	jq -c '[.score, .threshold]')" "[3.5,5]"

# ---- recipients of the milter ----

if [[ $EUID -eq 0 ]] && command -v postfix >/dev/null &&
	command -v swaks >/dev/null; then
	say one@example.com 'score W_SUSPECT' 11
	say two@example.com 'score W_SUSPECT' 12
	say also@example.com 'score W_SUSPECT' 12
	say @example.com 'score W_SUSPECT' 6.5
	postfix_up "$MILTER" "relay_domains = example.com, example.net"
	points() { # points TO[,TO]: of a mail to them
		sink_clear
		swaks --server 127.0.0.1 --port "$MX_PORT" --to "$1" \
			--from ann@example.org --data "@$WORK/mail.eml" \
			>"$WORK/swaks.log" 2>&1
		wait_for 20 sink_has 1 || return
		header "$(sink_last)" X-Spam-Status | grep -o 'score=[0-9.]*'
	}
	is "milter: a recipient" "$(points one@example.com)" score=11.0
	is "milter: two who say the same" \
		"$(points two@example.com,also@example.com)" score=12.0
	is "milter: two who differ have their domain's" \
		"$(points one@example.com,two@example.com)" score=6.5
	is "milter: of two domains, everybody's" \
		"$(points one@example.com,ann@example.net)" score=3.5
	like "milter: the record says so" "$(sleep 1; recorded)" \
		'"recipients_differ":true'
	postfix_down
else
	skip "milter" "no Postfix, no swaks, or not root"
fi

# ---- Redis ----

redis=$(command -v redis-server)
if [[ -z $redis ]] || ! conf_set prefs.redis "unix:$WORK/redis.sock" ||
	! { conf_write; "$BUILD/tamisd" --check -c "$WORK/tamis.conf"; } \
		>/dev/null 2>&1; then
	skip "Redis" "no server, or a build without it"
	finish
fi
conf_set prefs.sqlite ""
redis_up() {
	"$redis" --port 0 --unixsocket "$WORK/redis.sock" \
		--unixsocketperm 777 --save "" --dir "$WORK" "$@" \
		>>"$WORK/redis.log" 2>&1 &
	redis_pid=$!
	pids+=($!)
	wait_for 10 test -S "$WORK/redis.sock" || bail "Redis does not start"
}
rds() { redis-cli -s "$WORK/redis.sock" "$@" >/dev/null 2>&1; }
redis_up
rds HSET tamis:prefs:@GLOBAL required_score 6
rds HSET tamis:prefs:@example.net required_score 7
rds HSET tamis:prefs:ann@example.net required_score 10 "score W_SUSPECT" 2 \
	welcomelist_from $'a@example.org\nb@example.org'
rds SET tamis:prefs:text@example.net $'score W_SUSPECT 4\nrequired_score 2'
rds HSET tamis:prefs:headers@example.net "add_header" "all Mine _SCORE_" \
	clear_headers "" required_score 1
rds LPUSH tamis:prefs:list@example.net x
tamisd_reload >/dev/null
is "Redis: everybody" "$(check nobody@example.com)" "3.5/6.0"
is "Redis: a domain" "$(check carl@example.net)" "3.5/7.0"
is "Redis: a user" "$(check ann@example.net)" "2.0/10.0"
is "Redis: a text" "$(check text@example.net)" "4.0/2.0"
like "Redis: what clears comes first" "$(spamc -d 127.0.0.1 -p "$port" \
	--headers -u headers@example.net <"$WORK/mail.eml")" 'X-Spam-Mine: 3\.5'
is "Redis: several values" "$(tamis prefs show ann@example.net |
	grep -c 'welcomelist_from [ab]@')" 2
is "Redis: no name breaks out" "$(check "x FLUSHALL")" "3.5/6.0"
is "Redis: nothing was lost" "$(check ann@example.net)" "2.0/10.0"
like "Redis: a key of another type" "$(tamis prefs show list@example.net 2>&1)" \
	'cannot read from redis'

conf_set prefs.cache_ttl 1s
conf_set prefs.timeout 100ms
tamisd_reload >/dev/null
check ann@example.net >/dev/null
kill -STOP "$redis_pid"
sleep 1.1
begin=${EPOCHREALTIME/./}
is "Redis hangs: what is remembered counts" "$(check ann@example.net)" \
	"2.0/10.0"
for _ in 1 2 3 4 5; do check eve@example.net; done >"$WORK/hang.txt"
is "Redis hangs: others have the site's own" \
	"$(sort -u "$WORK/hang.txt")" "3.5/5.0"
is "Redis hangs: one waits for all" \
	"$(((${EPOCHREALTIME/./} - begin) / 1000 < 1000))" 1
is "Redis hangs: said once" \
	"$(grep -c 'cannot be read from redis' "$WORK/tamisd.log")" 1
kill -CONT "$redis_pid"
# shellcheck disable=SC2317 # by wait_for
again() { [[ $(check eve@example.net) == 3.5/7.0 ]]; }
ok "Redis: back" wait_for 15 again
rds SHUTDOWN NOSAVE
wait_for 5 gone "$redis_pid"
is "Redis is gone: the site's own" "$(check fay@example.net)" "3.5/5.0"
rm -f "$WORK/redis.sock"
echo "a secret" >"$WORK/password"
chmod 644 "$WORK/password"
redis_up --requirepass "a secret"
conf_set prefs.redis_password_file "$WORK/password"
conf_set prefs.redis_database 3
tamisd_reload >/dev/null
redis-cli -s "$WORK/redis.sock" -a "a secret" -n 3 SET \
	tamis:prefs:gil "required_score 3" >/dev/null 2>&1
is "Redis: password and database" "$(check gil)" "3.5/3.0"
echo wrong >"$WORK/password"
like "Redis: a wrong password" "$(tamis prefs show gil 2>&1)" 'WRONGPASS'
finish
