#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# QR codes in mail, behind a real Postfix: rules see their links, and mail
# gets through whatever becomes of the processes that decode them.
# shellcheck source=tests/system/lib.sh
source "$(dirname "$0")/lib.sh"
[[ -x $BUILD/tamis-image ]] || skip_all "this build reads no QR codes"

conf_set image.decoders 1
conf_set image.wait 10s
conf_set image.message_wait 20s
tamisd_up
postfix_up "$MILTER"

# A mail with the picture of "https://phish.example.org/small".
file=$(mail code news "X-Picture: yes")
{
	sed '/^Content-Type:/d; /^$/,$d' "$file"
	printf 'Content-Type: multipart/mixed; boundary=b\n\n'
	printf -- '--b\n\nscan this\n--b\nContent-Type: image/png\n'
	printf 'Content-Transfer-Encoding: base64\n\n'
	base64 "$SRC/fuzz/corpus/image/code.png"
	printf -- '--b--\n'
} >"$WORK/picture.eml"

deliver() { # deliver: sends the picture; $status is what arrived says of it
	local before
	before=$(sink_count)
	send "$WORK/picture.eml" >"$WORK/reply"
	wait_for 30 sink_has $((before + 1))
	status=$(header "$(sink_last)" X-Spam-Status)
}

# shellcheck disable=SC2154 # tamisd_up sets it
keeper() { pgrep -P "$(pgrep -d, -P "$tamisd_pid")" tamis-image; }
decoder() { pgrep -P "$(keeper)"; }

deliver
like "a rule hits what the code says" "$status" 'W_CODE'
is "it is counted" "$(counter image_codes)" 1
like "and logged" "$(grep -c 'qr_codes=1' "$WORK/tamisd.log")" '^1$'

pid=$(decoder)
kill -STOP "$pid"
(
	sleep 4 # until the mail waits for it
	kill -9 "$pid"
) &
deliver
like "the decoder dies meanwhile: the mail arrives" "$(cat "$WORK/reply")" \
	'^250 '
like "and says what was not looked at" "$status" 'incomplete'
is "it is counted as well" "$(counter image_failures)" 1
deliver
like "the next mail finds another decoder" "$status" 'W_CODE'

kill -9 "$(keeper)"
deliver
like "no decoders at all: the mail arrives" "$(cat "$WORK/reply")" '^250 '
like "and says so, too" "$status" 'incomplete'
finish
