#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Users who move mails in their mailboxes: real Dovecot with the scripts of
# contrib/dovecot, by IMAP.
# shellcheck source=tests/system/lib.sh
source "$(dirname "$0")/lib.sh"

[[ $EUID -eq 0 ]] || skip_all "Dovecot can be started by root only"
command -v dovecot >/dev/null || skip_all "no Dovecot"
[[ -e /usr/lib/dovecot/modules/lib95_imap_sieve_plugin.so ]] ||
	skip_all "no Pigeonhole"

conf_set http.socket_mode 0666
conf_set store.commit_interval 100ms
tamisd_up

dir=$WORK/dovecot port=$(free_port)
mkdir -p "$dir"/{run,state,sieve,pipe,mail}
chmod 755 "$WORK" "$dir"
chown -R nobody:nogroup "$dir/mail" "$dir/sieve"
cp "$SRC"/contrib/dovecot/*.sieve "$dir/sieve/"
cat >"$dir/pipe/tamis-report" <<SCRIPT
#!/bin/sh
TAMIS_SOCKET=$WORK/run/http.sock exec $SRC/contrib/dovecot/tamis-report "\$@"
SCRIPT
chmod 755 "$dir/pipe/tamis-report"
echo 'ann:{PLAIN}secret' >"$dir/users"
{
	cat <<-CONF
		base_dir = $dir/run
		state_dir = $dir/state
		log_path = $dir/dovecot.log
		protocols = imap
		listen = 127.0.0.1
		ssl = no
		disable_plaintext_auth = no
		default_internal_user = nobody
		default_internal_group = nogroup
		default_login_user = nobody
		first_valid_uid = 1
		mail_location = maildir:$dir/mail/%u
		service imap-login {
		  chroot =
		  inet_listener imap {
		    port = $port
		  }
		  inet_listener imaps {
		    port = 0
		  }
		}
		passdb {
		  driver = passwd-file
		  args = $dir/users
		}
		userdb {
		  driver = static
		  args = uid=nobody gid=nogroup home=$dir/mail/%u
		}
	CONF
	sed "s,/usr/local/lib/dovecot/sieve-pipe,$dir/pipe,
		s,/usr/local/lib/dovecot/sieve,$dir/sieve," \
		"$SRC/contrib/dovecot/90-tamis.conf"
} >"$dir/dovecot.conf"
for script in "$dir"/sieve/*.sieve; do
	ok "$(basename "$script") compiles" sievec -c "$dir/dovecot.conf" \
		-x "+vnd.dovecot.pipe" -P sieve_imapsieve -P sieve_extprograms \
		"$script"
done
dovecot -F -c "$dir/dovecot.conf" >"$dir/out.log" 2>&1 &
pids+=($!)
wait_for 20 listens "$port" || bail "Dovecot does not start: $(
	cat "$dir/out.log" "$dir/dovecot.log" | tail -n 3)"

imap() { # imap STEP: as a mail program does it
	python3 - "$port" "$1" <<-'PYTHON'
		import imaplib, sys
		c = imaplib.IMAP4("127.0.0.1", int(sys.argv[1]))
		c.login("ann", "secret")
		if sys.argv[2] == "fill":
		    c.create("Junk")
		    c.append("INBOX", None, None, b"From: a@example.net\r\n"
		             b"Subject: offer\r\nMessage-ID: <1@example.net>\r\n\r\n"
		             + b"Our lamps save half of what others use, and a "
		             + b"set of nine comes to your door within a week.\r\n")
		source, target = {"spam": ("INBOX", "Junk"),
		                  "ham": ("Junk", "INBOX")}.get(
		                      sys.argv[2], ("", ""))
		if source:
		    c.select(source)
		    print(c.copy("1", target)[0])
		    c.store("1", "+FLAGS", "\\Deleted")
		    c.expunge()
		c.logout()
	PYTHON
}

counted() { # counted WORD NUMBER
	[[ $(tamis feedback status --json | jq ".imap.$1") == "$2" ]]
}
imap fill
imap spam >/dev/null
ok "a mail that is moved to Junk is reported" wait_for 15 counted counting 1
is "as spam" "$(tamis feedback list --json | jq -r .type)" spam
imap ham >/dev/null
ok "moved back, the user has changed their mind" \
	wait_for 15 counted withdrawn 1
is "and says ham" "$(tamis feedback list --limit 1 --json | jq -r .type)" ham
sed 's/^/# /' "$dir/dovecot.log" | grep -iE 'error|fatal' | head -n 5
finish
