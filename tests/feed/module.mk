# SPDX-License-Identifier: Apache-2.0
# The feed's schema beside the feed's reader.
check_PROGRAMS += tests/feed/judge_batch
tests_feed_judge_batch_SOURCES = tests/feed/judge_batch.c
tests_feed_judge_batch_LDADD = libcore.a $(CORE_LIBS)
dist_check_SCRIPTS += tests/feed/schema.sh
EXTRA_DIST += tests/feed/mutants.py
TESTS += tests/feed/schema.sh
