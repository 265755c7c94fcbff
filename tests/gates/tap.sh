# SPDX-License-Identifier: Apache-2.0
# What the gates share. The test driver sets top_srcdir and top_builddir; a
# gate runs in the build folder and also from an unpacked tarball.
# shellcheck shell=sh
set -u
LC_ALL=C
export LC_ALL
tap_count=0

# result NAME [OFFENCES]: one test; it fails when there are offences, which
# are lines of text.
result() {
	tap_count=$((tap_count + 1))
	if [ -z "${2-}" ]; then
		echo "ok $tap_count - $1"
	else
		echo "not ok $tap_count - $1"
		printf '%s\n' "$2" | sed 's/^/# /'
	fi
}

skip_all() { # skip_all WHY
	echo "1..0 # SKIP $1"
	exit 0
}

finish() {
	echo "1..$tap_count"
}

# sources FOLDER...: the C files below these folders of the source tree.
sources() {
	(cd "${top_srcdir:?}" && find "$@" -name '*.[ch]' -type f | sort)
}
