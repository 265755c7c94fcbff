#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Preferences of users: the same user_prefs files are given to the real spamd
# (--virtual-config-dir) and spamassassin (-p), where they are installed, and
# what they answer must be what tamisd and `tamis spamassassin` answer.
# shellcheck source=tests/system/lib.sh
source "$(dirname "$0")/lib.sh"

command -v spamc >/dev/null || skip_all "no spamc"
spamd=/usr/sbin/spamd
[[ -x $spamd && $EUID -eq 0 ]] || spamd=

port=$(free_port)
their_port=$(free_port)
conf_set spamd.listen "inet:$port@127.0.0.1"
conf_set prefs.user_file "$WORK/users/%d/%l/user_prefs"
conf_set prefs.cache_ttl 0s
conf_set rule.paths "$WORK/rules"

cat >"$WORK/rules/site.cf" <<-'CF'
	header USER_IN_WELCOMELIST eval:check_from_in_welcomelist()
	score USER_IN_WELCOMELIST -100
	header USER_IN_BLOCKLIST eval:check_from_in_blocklist()
	score USER_IN_BLOCKLIST 100
	header USER_IN_WELCOMELIST_TO eval:check_to_in_welcomelist()
	score USER_IN_WELCOMELIST_TO -6
	header USER_IN_BLOCKLIST_TO eval:check_to_in_blocklist()
	score USER_IN_BLOCKLIST_TO 10
	header USER_IN_MORE_SPAM_TO eval:check_to_in_more_spam()
	score USER_IN_MORE_SPAM_TO -20
	header USER_IN_ALL_SPAM_TO eval:check_to_in_all_spam()
	score USER_IN_ALL_SPAM_TO -100
	header SUBJECT_IN_BLOCKLIST eval:check_subject_in_blocklist()
	score SUBJECT_IN_BLOCKLIST 100
	header W_OFF Subject =~ /about/
	score W_OFF 0
	body __W_PART /Dear Bob/
	meta W_PART __W_PART && W_SUSPECT
	score W_PART 0.5
	meta W_NOT !__W_PART
	score W_NOT 0.25
	welcomelist_from friend@example.org *@friends.example.org
	report_safe 1
	report Judged on _HOSTNAME_: _YESNO_, with _SCORE_ of _REQD_ points.
	report _SUMMARY_
	report_contact postmaster@example.com
	report_hostname mx.example.com
	add_header spam Flag _YESNOCAPS_
	add_header all Level _STARS(*)_
	add_header all Status "_YESNO_, score=_SCORE_ required=_REQD_ tests=_TESTS_"
	rewrite_header Subject [SPAM]
CF

# ---- users, each with what is said of one thing ----

declare -A prefs=(
	[threshold]='required_score 20'
	[hits]='required_hits 3'
	[off]='score W_SUSPECT 0'
	[points]='score W_SUSPECT 6.25'
	[added]='score W_SUSPECT (2)'
	[on]='score W_OFF 4'
	[part]='score __W_PART 0'
	[four]='score W_SUSPECT 7 8 9 10'
	[welcome]='welcomelist_from *@example.org'
	[white]=$'whitelist_from ann@example.org\nrequired_score 1'
	[unwelcome]=$'whitelist_from ann@example.org\nunwhitelist_from ann@example.org'
	[unfriend]='unwelcomelist_from friend@example.org'
	[block]='blocklist_from ann@*'
	[black]='blacklist_from *'
	[to]='welcomelist_to bob@example.com'
	[more]='more_spam_to bob@example.com'
	[all]='all_spam_to *@example.com'
	[blockto]='blocklist_to bob@example.com'
	[subject]='blocklist_subject SIEVE'
	[rewrite]=$'required_score 1\nrewrite_header Subject [USER _SCORE_]'
	[from]=$'required_score 1\nrewrite_header From (spam)'
	[safe0]=$'required_score 1\nreport_safe 0'
	[safe2]=$'required_score 1\nreport_safe 2'
	[headers]=$'clear_headers\nadd_header all Mine _TESTS(;)_ _SCORE_'
	[remove]='remove_header all Level'
	[report]=$'required_score 1\nclear_report_template\nreport Mine: _SCORE_\nreport " for _CONTACTADDRESS_"\nreport_contact me@example.com'
	[rule]=$'body W_YOURS /about/\nscore W_YOURS 50'
	[wrong]=$'required_score many\nscore\nnonsense here\nscore W_SUSPECT 9'
	[if]=$'if (version >= 3.004000)\nscore W_SUSPECT 8\nelse\nscore W_SUSPECT 1\nendif'
	[comment]=$'# required_score 1\nscore W_SUSPECT 2.5 # points\n\n'
	[nothing]=''
)
for user in "${!prefs[@]}"; do
	mkdir -p "$WORK/users/example.com/$user"
	printf '%s\n' "${prefs[$user]}" \
		>"$WORK/users/example.com/$user/user_prefs"
done
chmod -R a+rX "$WORK/users"

mail suspect sieve-suspect >/dev/null
mail ham nothing >/dev/null
mail spam sieve-advert >/dev/null
sed 's/ann@example.org/friend@example.org/' "$WORK/suspect.eml" \
	>"$WORK/friend.eml"

# ---- the real ones ----

mkdir -p "$WORK/site" "$WORK/home"
chmod a+rX "$WORK" "$WORK/rules" "$WORK/site"
for plugin in Check WLBLEval WelcomeListSubject; do
	echo "loadplugin Mail::SpamAssassin::Plugin::$plugin"
done >"$WORK/site/init.pre"
if [[ -n $spamd ]]; then
	chown nobody "$WORK/home"
	"$spamd" -L -x -u nobody -m 2 --min-children=1 -i 127.0.0.1 \
		-p "$their_port" -C "$WORK/rules" \
		--siteconfigpath="$WORK/site" -H "$WORK/home" \
		--virtual-config-dir="$WORK/users/%d/%l" \
		-s "$WORK/their.log" >"$WORK/their.out" 2>&1 &
	pids+=($!)
	wait_for 60 listens "$their_port" || bail "spamd does not start"
fi

# normal: without what must differ.
normal() {
	sed -E -e 's/[A-Z][a-z]{2}, [ 0-9]{2} [A-Z][a-z]{2} 20[0-9]{2} [0-9:]{8} [-+][0-9]{4}/DATE/' \
		-e 's/=_[0-9A-Fa-f]+(\.[0-9A-Fa-f]+)+/=_BOUNDARY/g' \
		-e 's/^--?-?-?-?-?-?-?-?-?-?=_.*/BOUNDARY/' \
		-e 's/^Received: from localhost by .*/Received: from localhost/' \
		-e 's/4\.0\.1(-tamis)? ?(\([^)]*\))?/VERSION/g' \
		-e 's/ on [-a-zA-Z0-9.]+$/ on HOST/'
}

ask() { # ask PORT USER MAIL FLAG...: output and exit code
	local to=$1 user=$2 file=$3
	shift 3
	spamc -d 127.0.0.1 -p "$to" -u "$user@example.com" "$@" <"$file" 2>&1
	printf '\nexit %s\n' $?
}

check() { # check USER WORD: score and threshold
	spamc -d 127.0.0.1 -p "$port" -u "$1" -c <"$WORK/$2.eml"
}

# ---- what is known ----

conf_set reputation.enabled no # what is compared with spamd has none
tamisd_up
is "the site's own" "$(check nobody@example.com suspect)" "4.0/5.0"
is "another threshold" "$(check threshold@example.com suspect)" "4.0/20.0"
is "other points" "$(check points@example.com suspect)" "6.8/5.0"
is "a rule that is off" "$(check off@example.com suspect)" "0.0/5.0"
is "a rule that is on" "$(check on@example.com suspect)" "8.0/5.0"
is "a part that is off" "$(check part@example.com suspect)" "3.8/5.0"
is "who is welcome" "$(check welcome@example.com suspect)" "-96.0/5.0"
is "rules of users do not exist" "$(check rule@example.com suspect)" "4.0/5.0"
is "the domain in any case" "$(check points@EXAMPLE.com suspect)" "6.8/5.0"
is "a name without a folder" "$(check ../points@example.com suspect)" "4.0/5.0"
like "the log says so" "$(tail -n 20 "$WORK/tamisd.log")" \
	'user=points@example.com .* prefs=user '
is "counted" "$(($(counter prefs_applied) >= 7))" 1
is "nothing was unavailable" "$(counter prefs_unavailable)" 0
recorded() { tamis history --json | grep -o '"preferences":{[^}]*}'; }
# shellcheck disable=SC2317 # by wait_for
is_recorded() { recorded | grep -q points@example.com; }
wait_for 10 is_recorded
like "the record says so" "$(recorded | tr -d '\n')" \
	'"state":"applied","of":"points@example.com","level":"user"'

like "explain says so" "$(tamis explain "$(tamis history --json |
	grep '"of":"points@example.com' | head -n 1 | jq -r .id)")" \
	'preferences +applied \(user\), of points@example.com'

# ---- the same as spamd ----

both() { # both USER MAIL FLAG...
	local user=$1 file=$2
	shift 2
	ask "$port" "$user" "$WORK/$file.eml" "$@" | normal >"$WORK/ours.txt"
	if [[ -z $spamd ]]; then
		skip "$user, $file: spamc $* as spamd answers" "no spamd"
		return
	fi
	ask "$their_port" "$user" "$WORK/$file.eml" "$@" | normal \
		>"$WORK/theirs.txt"
	cmp -s "$WORK/ours.txt" "$WORK/theirs.txt"
	result $? "$user, $file: spamc $* as spamd answers" ||
		diff "$WORK/theirs.txt" "$WORK/ours.txt" | sed 's/^/# /' |
		head -n 20
}

for user in $(printf '%s\n' "${!prefs[@]}" | sort); do
	both "$user" suspect -y
	both "$user" suspect -R
	both "$user" suspect
	both "$user" ham -R
	both "$user" spam
	both "$user" friend -y
done

# ---- the command line ----

theirs=$(command -v spamassassin)
line() { # line PROGRAM...: with the options that both take
	"$@" -L -t -C "$WORK/rules" --siteconfigpath="$WORK/site" \
		-p "$WORK/users/example.com/$user/user_prefs" \
		<"$WORK/suspect.eml" 2>/dev/null | normal | sort_hits
}
# SpamAssassin lists rules in the order in which it found them, which is that
# of Perl's hash, another one each time.
sort_hits() { # runs of lines that begin with points are sorted
	awk '/^ *-?[0-9.]+ +[A-Z0-9_]+ / { hits[n++] = $0; next }
	     function flush(  i, j, t) {
	     	for (i = 1; i < n; i++)
	     		for (j = i; j && hits[j] < hits[j - 1]; j--) {
	     			t = hits[j]; hits[j] = hits[j - 1]; hits[j - 1] = t
	     		}
	     	for (i = 0; i < n; i++)
	     		print hits[i]
	     	n = 0
	     }
	     { flush(); print }
	     END { flush() }'
}
for user in $(printf '%s\n' "${!prefs[@]}" | sort); do
	[[ -n $theirs ]] || continue
	HOME=$WORK/home line "$BUILD/tamis" spamassassin >"$WORK/ours.txt"
	HOME=$WORK/home line "$theirs" -x >"$WORK/theirs.txt"
	ok "spamassassin -p $user" diff "$WORK/theirs.txt" "$WORK/ours.txt"
done

# ---- levels ----

mkdir -p "$WORK/levels/example.net"
printf 'score W_SUSPECT 1\nscore W_OFF 1\nrequired_score 9\n' \
	>"$WORK/levels/global"
printf 'score W_SUSPECT 2\nscore W_OFF 2\n' >"$WORK/levels/example.net/domain"
printf 'score W_SUSPECT 3\nbody NO /x/\n' >"$WORK/levels/example.net/ann"
chmod -R a+rX "$WORK/levels"
conf_set prefs.global_file "$WORK/levels/global"
conf_set prefs.domain_file "$WORK/levels/%d/domain"
conf_set prefs.user_file "$WORK/levels/%d/%l"
tamisd_reload >/dev/null
is "everybody" "$(check ann@example.org suspect)" "2.5/9.0"
is "a domain" "$(check bob@example.net suspect)" "4.5/9.0"
is "a user" "$(check ann@example.net suspect)" "5.5/9.0"
is "no name" "$(spamc -d 127.0.0.1 -p "$port" -c <"$WORK/suspect.eml")" \
	"2.5/9.0"
like "show names what counts" "$(tamis prefs show ann@example.net)" \
	$'global:1\t# score W_SUSPECT 1  -- replaced'
like "and what does not" "$(tamis prefs show ann@example.net)" \
	'ann:2.# body NO /x/  -- ignored: rules of users'
is "lint" "$(tamis prefs lint ann@example.net >/dev/null; echo $?)" 1
is "lint of a file" "$(tamis prefs lint "$WORK/levels/global" >/dev/null
	echo $?)" 0

# ---- homes ----

conf_set prefs.home_file prefs-of-a-test
conf_set prefs.user_file ""
tamisd_reload >/dev/null
home=$(getent passwd nobody | cut -d: -f6)
if [[ -w $home ]]; then
	is "a home without preferences" "$(check nobody suspect)" "2.5/9.0"
else
	is "a home that is not there" "$(check nobody suspect)" "2.5/9.0"
fi
is "no login" "$(check no-such-login suspect)" "2.5/9.0"

# ---- what is remembered ----

conf_set prefs.user_file "$WORK/levels/%d/%l"
conf_set prefs.cache_ttl 1h
tamisd_reload >/dev/null
check ann@example.net suspect >/dev/null
echo "score W_SUSPECT 30" >"$WORK/levels/example.net/ann"
is "remembered" "$(check ann@example.net suspect)" "5.5/9.0"
tamisd_reload >/dev/null
is "a reload forgets" "$(check ann@example.net suspect)" "32.5/9.0"

# ---- too long ----

conf_set prefs.lines_max 2
conf_set prefs.bytes_max 1k
tamisd_reload >/dev/null
printf 'score W_SUSPECT 5\n#\nscore W_SUSPECT 6\n' \
	>"$WORK/levels/example.net/ann"
is "lines beyond the limit do not count" "$(check ann@example.net suspect)" \
	"7.5/5.0"
{ printf 'score W_SUSPECT 8\n#'; head -c 2000 /dev/zero | tr '\0' x; } \
	>"$WORK/levels/example.net/bob"
chmod a+r "$WORK/levels/example.net/bob"
is "nor do bytes" "$(check bob@example.net suspect)" "10.5/5.0"
finish
