#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A folder of src/ includes only what is below it, and libraries stay where
# they belong: see tools/check-layers.
# shellcheck source-path=SCRIPTDIR/../.. source=tests/gates/tap.sh
. "${top_srcdir:?}/tests/gates/tap.sh"

if offences=$(awk -f "$top_srcdir/tools/check-layers" "$top_srcdir/src" 2>&1)
then
	offences=
fi
result "the layers of src/ keep their order" "$offences"
finish
