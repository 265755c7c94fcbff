#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What docs/x1232.md names exists.
# shellcheck source-path=SCRIPTDIR/../.. source=tests/gates/tap.sh
. "${top_srcdir:?}/tests/gates/tap.sh"

command -v perl >/dev/null || skip_all "no perl"
result "the code and the tests of docs/x1232.md exist" \
	"$(perl "$top_srcdir/tools/x1232" check 2>&1)"
finish
