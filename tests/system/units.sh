#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The systemd units are valid and leave little exposed.
# shellcheck source=tests/system/lib.sh
source "$(dirname "$0")/lib.sh"
command -v systemd-analyze >/dev/null || skip_all "no systemd-analyze"

exposure() { # exposure UNIT: the figure of `systemd-analyze security`
	systemd-analyze security --offline=true --no-pager "$1" 2>/dev/null |
		sed -n 's/.*exposure level for .*: \([0-9.]*\) .*/\1/p'
}

below() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a != "" && a + 0 < b) }'; }

make_unit() { # with the programs of this build, so that `verify` finds them
	sed "s|@sbindir@|$BUILD|; s|@bindir@|$BUILD|; /^Documentation=/d" \
		"$SRC/contrib/systemd/$1.in" >"$WORK/$1"
}

for unit in tamisd.service tamis-feedd.service tamis-update.service; do
	make_unit $unit
	ok "$unit is valid" systemd-analyze verify "$WORK/$unit"
	is "$unit: verify has no complaints" \
		"$(systemd-analyze verify "$WORK/$unit" 2>&1 |
			grep -v 'Failed to .*cgroup')" ""
	level=$(exposure "$WORK/$unit")
	ok "$unit: exposure is below 2.0" below "$level" 2.0
	note "$unit: exposure $level"
done
sed '/^Documentation=/d' "$SRC/contrib/systemd/tamis-update.timer" \
	>"$WORK/tamis-update.timer"
is "tamis-update.timer is valid" "$(
	systemd-analyze verify "$WORK/tamis-update.timer" 2>&1 |
		grep -v 'Failed to .*cgroup')" ""
ok "the sample configuration is right" "$BUILD/tamis" config check \
	-c "$SRC/contrib/tamis.conf"
ok "sysusers.d file is valid" systemd-sysusers --dry-run \
	"$SRC/contrib/sysusers/tamis.conf"
for file in tamis tamis-postfix; do
	ok "tmpfiles.d: $file is valid" bash -c '
		! systemd-tmpfiles --create --root="$1" "$2" 2>&1 |
			grep -i "invalid\|unknown.*type\|bad line"' - \
		"$WORK" "$SRC/contrib/tmpfiles/$file.conf"
done
finish
