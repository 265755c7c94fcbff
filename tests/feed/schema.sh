#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The schema of the feed and the reader of the collector agree: see mutants.py.
srcdir=${srcdir:-.}
exec python3 "$srcdir/tests/feed/mutants.py" tests/feed/judge_batch \
	"$srcdir/schema/batch.schema.json"
