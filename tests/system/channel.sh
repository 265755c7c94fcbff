#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Rule channels, over https from a server on loopback: what is signed, newer,
# right and not too different comes into force; all else changes nothing.
# shellcheck disable=SC2119,SC2120,SC2317
# shellcheck source=tests/system/lib.sh
source "$(dirname "$0")/lib.sh"
command -v openssl >/dev/null || skip_all "no openssl"

# ---- publisher, server, follower -----------------------------------------

mkdir -p "$WORK"/{web,src,channels,samples}
chmod 777 "$WORK/channels"
"$BUILD/tamis" rules keygen "$WORK/acme" >/dev/null
"$BUILD/tamis" rules keygen "$WORK/other" >/dev/null
key=$(sed -n 2p "$WORK/acme.pub")
other=$(sed -n 2p "$WORK/other.pub")

openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 \
	-addext subjectAltName=IP:127.0.0.1 -keyout "$WORK/key.pem" \
	-out "$WORK/ca.pem" >/dev/null 2>&1
cat "$WORK/key.pem" "$WORK/ca.pem" >"$WORK/server.pem"
python3 "$SRC/tests/system/channel_server.py" "$WORK/web" \
	"$WORK/server.pem" "$WORK/web.txt" >"$WORK/web.log" 2>&1 &
pids+=($!)
wait_for 10 test -s "$WORK/web.txt" || bail "the server does not start"
PORT=$(sed -n 1p "$WORK/web.txt")

# rules WORD [POINTS]: what the next bundle has; judged by that word.
rules() {
	cat >"$WORK/src/10_words.cf" <<-CF
		body     ACME_WORD /\b$1\b/
		describe ACME_WORD A word
		score    ACME_WORD ${2:-10}
		test     ACME_WORD ok about $1
	CF
	echo "list ACME_HOSTS domain hosts.txt" >"$WORK/src/30_more.cf"
	echo "describe ACME_HOSTS A host" >>"$WORK/src/30_more.cf"
	echo "spam.example.net" >"$WORK/src/hosts.txt"
}

# pack SERIAL [OPTION...]: publishes what is in src.
pack() {
	local serial=$1
	shift
	"$BUILD/tamis" rules pack "$WORK/src" -k "$WORK/acme.sec" \
		-o "$WORK/web/acme.tar.gz" --name acme --serial "$serial" \
		"$@" >"$WORK/pack.txt" 2>&1
}

update() { # update [OPTION...]: its exit code; what it said is in update.txt
	tamis rules update "$@" >"$WORK/update.txt" 2>&1
}

in_force() {
	tamis rules channels --json | jq -r '.[] | select(.name=="acme") |
		.version'
}

# refused WHAT PATTERN [CODE]: an update fails, says why, and nothing changes.
refused() {
	local before after code
	before=$(cat "$WORK/channels/acme.cf")
	update
	code=$?
	after=$(cat "$WORK/channels/acme.cf")
	is "$1: exit code" $code "${3:-1}"
	like "$1: says why" "$(cat "$WORK/update.txt")" "$2"
	is "$1: the rules stay" "$after" "$before"
	like "$1: channels shows it" "$(tamis rules channels --json |
		jq -r '.[0].error')" "$2"
}

conf_set channel.sources "acme https://127.0.0.1:$PORT/acme.tar.gz"
conf_set channel.keys "acme $key"
conf_set channel.dir "$WORK/channels"
conf_set channel.ca_file "$WORK/ca.pem"
conf_set rule.paths "$WORK/channels" "$WORK/rules"
conf_write

# ---- from nothing to a second version ----------------------------------------

rules sieve-one
ok "a folder is packed" pack 1
like "before the first update there is none" "$(in_force)" '^0$'
ok "the first update, without a daemon" update
like "says that nobody was asked" "$(cat "$WORK/update.txt")" \
	'in force +1, from the next start'
is "the first version is in force" "$(in_force)" 1
tamisd_up
ok "its rules are" sane sieve-one advertising_spam

ok "nothing new: update" update
like "the server was asked for newer ones only" \
	"$(tail -n 1 "$WORK/web.txt")" '^/acme.tar.gz 304$'
is "it is unchanged" "$(tamis rules channels --json | jq -r '.[0].result')" \
	unchanged

rules sieve-two
pack 2
ok "a newer version: update" update
ok "says who signed it" grep -qF "signed by  $key" "$WORK/update.txt"
ok "the daemon has the new rules" sane sieve-two advertising_spam
ok "and no longer the old ones" sane sieve-one legitimate
like "the log names the version" "$(cat "$WORK/tamisd.log")" \
	'reloaded rules=.* channels=acme:2'
is "so does the status" "$(tamis status --json |
	jq -c '.channels[0] | [.name, .version]')" '["acme",2]'
like "and the metrics" "$(curl -s --unix-socket "$WORK/run/http.sock" \
	http://localhost/metrics)" 'tamis_channel_version\{channel="acme"\} 2'

# ---- back, and forward again ----------------------------------------------------

ok "rollback" tamis rules rollback acme
is "the first version is in force again" "$(in_force)" 1
ok "in the daemon, too" sane sieve-one advertising_spam
ok "an update" update
is "does not bring back what was taken back" "$(in_force)" 1
ok "rollback to a version" tamis rules rollback acme 2
ok "which is in force" sane sieve-two advertising_spam
ok "rollback to none" tamis rules rollback acme 0
ok "takes its rules out" sane sieve-two legitimate
ok "and forward again" tamis rules rollback acme 2
ok "which is in force" sane sieve-two advertising_spam
tamis rules rollback acme 77 >/dev/null 2>&1
result $(($? != 1)) "a version that is not there: refused"

# ---- what is not genuine -----------------------------------------------------------

rules sieve-three
pack 3
cp "$WORK/web/acme.tar.gz" "$WORK/good.tar.gz"
cp "$WORK/web/acme.tar.gz.sig" "$WORK/good.tar.gz.sig"
python3 - "$WORK/web/acme.tar.gz" <<'PY'
import sys
with open(sys.argv[1], "r+b") as f:
    f.seek(100)
    byte = f.read(1)[0]
    f.seek(100)
    f.write(bytes([byte ^ 1]))
PY
refused "a changed bundle" 'the signature is not of this bundle'
cp "$WORK/good.tar.gz" "$WORK/web/acme.tar.gz"
echo nonsense >"$WORK/web/acme.tar.gz.sig"
refused "no signature" 'not a signature'
rm "$WORK/web/acme.tar.gz.sig"
refused "a signature that is not there" 'acme.tar.gz.sig: HTTP 404' 3
pack 3 -k "$WORK/other.sec"
refused "somebody else's signature" 'a key that channel.keys does not have'
pack 3 --name emca
refused "a bundle of another channel" 'of the channel emca'
pack 3 --needs 99.0
refused "rules for a later tamis" 'for tamis 99.0 or later'
pack 1
refused "an older bundle" 'not newer than what was in force'
pack 2
refused "other content of the same serial number" 'had other content before'

conf_set channel.keys "acme $key" "acme $other"
conf_write
pack 3 -k "$WORK/other.sec"
ok "a second key" update
is "will do as well" "$(in_force)" 3
conf_set channel.keys "acme $key"
conf_write

# ---- archives that do not play fair, with a good signature --------------------------

if command -v signify-openbsd >/dev/null; then
	ok "signify accepts what pack has signed" signify-openbsd -V \
		-p "$WORK/acme.pub" -x "$WORK/good.tar.gz.sig" \
		-m "$WORK/good.tar.gz"
	python3 - "$WORK" <<'PY'
import hashlib, io, json, sys, tarfile
work = sys.argv[1]

def bundle(name, members, manifest=None, bomb=0):
    files = [{"path": n, "bytes": len(b), "sha256": hashlib.sha256(b).hexdigest()}
             for n, b, _ in members if b is not None]
    text = json.dumps(manifest or {
        "v": "1", "name": "acme", "serial": 50, "tamis": "0.1.0",
        "created": "2026-03-30T10:00:00Z", "files": files}).encode()
    with tarfile.open(f"{work}/{name}.tar.gz", "w:gz") as tar:
        def add(n, body, kind=tarfile.REGTYPE, link=""):
            t = tarfile.TarInfo(n)
            t.size, t.type, t.linkname = len(body), kind, link
            tar.addfile(t, io.BytesIO(body))
        add("MANIFEST", text)
        for n, b, link in members:
            if b is None:
                add(n, b"", tarfile.SYMTYPE, link)
            else:
                add(n, b + b" " * bomb)

rule = b"body ACME_X /x/\n"
bundle("traversal", [("../../../x.cf", rule, "")])
bundle("absolute", [("/etc/x.cf", rule, "")])
bundle("link", [("x.cf", rule, ""), ("y.cf", None, "/etc/passwd")])
bundle("bomb", [("x.cf", rule, "")], bomb=200 << 20)
bundle("more", [("x.cf", rule, ""), ("y.cf", rule, "")],
       {"v": "1", "name": "acme", "serial": 50, "tamis": "0.1.0",
        "created": "2026-03-30T10:00:00Z", "files": [
            {"path": "x.cf", "bytes": len(rule),
             "sha256": hashlib.sha256(rule).hexdigest()}]})
bundle("outside", [("x.cf", b"include /etc/passwd\n", "")])
bundle("above", [("x.cf", b"include ../../../rules/words.cf\n", "")])
bundle("list", [("x.cf", b"list X text /etc/shadow\n", "")])
PY
	hostile() { # hostile NAME PATTERN
		cp "$WORK/$1.tar.gz" "$WORK/web/acme.tar.gz"
		signify-openbsd -S -s "$WORK/acme.sec" \
			-m "$WORK/web/acme.tar.gz" -x "$WORK/web/acme.tar.gz.sig"
		refused "$1" "$2"
	}
	hostile traversal 'no name for a file of a bundle'
	hostile absolute 'no name for a file of a bundle'
	hostile link 'something else than plain files'
	hostile bomb 'other files than its MANIFEST'
	hostile more 'other files than its MANIFEST'
	hostile outside 'x.cf:1 names /etc/passwd, which is not in the bundle'
	hostile above 'x.cf:1 names ../../../rules/words.cf'
	hostile list 'x.cf:1 names /etc/shadow'
	is "nothing was written outside" "$(find "$WORK" -name 'x.cf')" ""
else
	skip "archives that do not play fair" "no signify"
fi

# ---- servers that do not --------------------------------------------------------------

rules sieve-four
pack 4
from() { # from PATH: where the channel is
	conf_set channel.sources "acme https://127.0.0.1:$PORT/$1acme.tar.gz"
	conf_write
}
from plain/
refused "a redirection to http" 'http.* (not supported|disabled)' 3
from file/
refused "a redirection to a file" 'file.* (not supported|disabled)' 3
from round/
refused "redirections without end" '[Mm]aximum .* redirects' 3
from nowhere/x
refused "an address without a bundle" 'HTTP 404' 3
from ""
conf_set channel.bytes_max 1k
conf_write
head -c 2000 /dev/urandom >>"$WORK/web/acme.tar.gz"
refused "a bundle that is too large" 'more than 1024 bytes' 3
conf_set channel.bytes_max 1M
conf_set channel.ca_file ""
conf_write
refused "a server that nobody vouches for" 'certificate' 3
conf_set channel.ca_file "$WORK/ca.pem"
pack 4
from moved/
ok "a redirection to https is followed" update
is "to the new version" "$(in_force)" 4
from ""

# ---- rules that are not right ------------------------------------------------------------

pack_unchecked() { # as pack, of rules that pack itself would refuse
	local folder=$WORK/unchecked
	pack "$1" || return
	rm -rf "$folder" && mkdir "$folder"
	python3 - "$WORK" "$2" "$3" <<'PY'
import gzip, hashlib, io, json, sys, tarfile
work, name, text = sys.argv[1:]
path = f"{work}/web/acme.tar.gz"
with tarfile.open(path) as tar:
    files = {m.name: tar.extractfile(m).read() for m in tar}
manifest = json.loads(files.pop("MANIFEST"))
files[name] = text.encode()
manifest["files"] = [{"path": n, "bytes": len(files[n]),
                      "sha256": hashlib.sha256(files[n]).hexdigest()}
                     for n in sorted(files)]
with tarfile.open(path, "w:gz") as tar:
    for n, b in [("MANIFEST", json.dumps(manifest).encode())] + sorted(files.items()):
        t = tarfile.TarInfo(n)
        t.size = len(b)
        tar.addfile(t, io.BytesIO(b))
PY
	signify-openbsd -S -s "$WORK/acme.sec" -m "$WORK/web/acme.tar.gz" \
		-x "$WORK/web/acme.tar.gz.sig"
}

echo 'body ACME_OPEN /(unclosed/' >"$WORK/src/40_open.cf"
pack 5
result $(($? != 1)) "pack refuses rules with errors"
rm "$WORK/src/40_open.cf"
if command -v signify-openbsd >/dev/null; then
	pack_unchecked 5 40_open.cf $'\nbody ACME_OPEN /(unclosed/\n'
	refused "an expression that is wrong" '40_open.cf:2'
	pack_unchecked 5 40_test.cf $'body ACME_T /x/\ntest ACME_T ok y\n'
	refused "a test line that fails" '40_test.cf:2'
else
	skip "rules that are wrong" "no signify"
fi
is "what was refused is not kept" \
	"$(find "$WORK/channels/.acme" -mindepth 1 -maxdepth 1 -name '5*')" ""
# The daemon has another configuration, and there a file is broken.
sed "s|^\(.*paths = .*\)\"$WORK/rules\"|\1\"$WORK/rules2\"|" \
	"$WORK/tamis.conf" >"$WORK/follower.conf"
cp -r "$WORK/rules" "$WORK/rules2"
echo 'body W_BROKEN /(/' >"$WORK/rules/99-broken.cf"
pack 6
before=$(cat "$WORK/channels/acme.cf")
"$BUILD/tamis" rules update -c "$WORK/follower.conf" >"$WORK/update.txt" 2>&1
is "the daemon refuses: exit code" $? 1
like "says why" "$(cat "$WORK/update.txt")" 'the daemon refused: .*99-broken'
is "and the version before is back" "$(cat "$WORK/channels/acme.cf")" "$before"
ok "the daemon goes on" sane sieve-four advertising_spam
rm "$WORK/rules/99-broken.cf"
ok "without that file the same bundle is taken" update
is "it is in force" "$(in_force)" 6

# ---- drift -------------------------------------------------------------------------------

for n in {1..30}; do post "{\"text\":\"about sieve-four $n\"}" >/dev/null; done
tamis report flush >/dev/null
rules sieve-four 2
pack 7
refused "points that turn verdicts" 'more than 5 % of recent verdicts'
like "it tells how many" "$(cat "$WORK/update.txt")" \
	'history: 3[0-9] messages, 3[0-9] verdicts change'
like "which way" "$(cat "$WORK/update.txt")" 'spam to legitimate: 3[0-9]'
like "and by which rule" "$(cat "$WORK/update.txt")" \
	'ACME_WORD: -2[0-9]+ points on 3[0-9] messages'
conf_set channel.drift_max 100
conf_write
ok "with a higher limit they are taken" update
conf_set channel.drift_max 5
conf_set channel.drift_records 0
conf_set channel.samples "$WORK/samples"
conf_write
for n in {1..25}; do
	cp "$(mail "sample$n" sieve-new)" "$WORK/samples/"
done
rules sieve-new
pack 8
refused "rules that turn samples" 'more than 5 % of recent verdicts'
like "it tells how many" "$(cat "$WORK/update.txt")" \
	'samples: 25 messages, 25 verdicts change'
ok "--force takes them" update --force
ok "they are in force" sane sieve-new advertising_spam
conf_set channel.samples ""
conf_write

channel_is_free() { flock -n "$WORK/channels/.lock" true; }

# ---- killed at each step -------------------------------------------------------------------

if cc -shared -fPIC -o "$WORK/killer.so" "$SRC/tests/system/killer.c" \
	>"$WORK/cc.txt" 2>&1; then
	rules sieve-new 11
	pack 9
	cp -a "$WORK/channels" "$WORK/channels.before"
	problems="" step=0
	problem() { problems+="step $step: $*"$'\n'; }
	while ((step < 500)); do
		step=$((step + 1))
		find "$WORK/channels" -mindepth 1 -delete
		cp -a "$WORK/channels.before/." "$WORK/channels/"
		tamis reload >/dev/null || problem "reload of the old rules"
		LD_PRELOAD=$WORK/killer.so KILLER_AT=$step \
			ASAN_OPTIONS=verify_asan_link_order=0 \
			"$BUILD/tamis" rules update -c "$WORK/tamis.conf" \
			>"$WORK/killed.txt" 2>&1
		code=$?
		wait_for 10 channel_is_free || problem "still running"
		seen=$(tamis rules list --json | jq -c '[.[] |
			select(.name | startswith("ACME")) | .score] | sort')
		[[ $seen == "[1,10]" || $seen == "[1,11]" ]] ||
			problem "neither the old nor the new rules: $seen"
		((code)) || break
		update || problem "next update: $(tail -n 3 "$WORK/update.txt")"
		seen=$(in_force) now=$(tamis status --json |
			jq '.channels[0].version')
		[[ $seen == 9 && $now == 9 ]] ||
			problem "next update: $seen on disk, daemon $now"
		seen=$(find "$WORK/channels" -name '*new*')
		[[ -z $seen ]] || problem "left: $seen"
	done 2>/dev/null
	kills=$((step - 1))
	note "killed at $kills steps"
	ok "an update has steps to be killed at" test $kills -gt 20
	is "whole in the end" "$code $(in_force)" "0 9"
	is "killed anywhere: the old rules or the new ones, then an update" "$problems" ""
else
	skip "killed at each step" "no compiler"
fi

# ---- a folder of sa-update --------------------------------------------------------------------

sa=$WORK/sa/4.000001
mkdir -p "$sa/updates_example_org"
printf 'body SA_A /sieve-sa/\nscore SA_A 10\n' \
	>"$sa/updates_example_org/10_a.cf"
echo 'score SA_A 9' >"$sa/updates_example_org/20_b.cf"
printf '# UPDATE version 1929999\ninclude %s/10_a.cf\ninclude %s/20_b.cf\n' \
	updates_example_org updates_example_org >"$sa/updates_example_org.cf"
conf_set rule.paths "$sa" "$WORK/channels" "$WORK/rules"
ok "a folder of sa-update among the rules" tamisd_reload
ok "its rules are in force" sane sieve-sa advertising_spam
is "it is listed with its version" "$(tamis rules channels --json |
	jq -c '.[] | select(.kind == "sa-update") | [.name, .version]')" \
	'["updates_example_org",1929999]'
finish
