#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Manual pages are correct mdoc.
# shellcheck source-path=SCRIPTDIR/../.. source=tests/gates/tap.sh
. "${top_srcdir:?}/tests/gates/tap.sh"

command -v mandoc >/dev/null || skip_all "mandoc is not installed"
for page in "$top_srcdir"/man/*.[1-8]; do
	result "${page##*/} is correct mdoc" \
		"$(mandoc -T lint -W warning "$page" 2>&1)"
done
finish
