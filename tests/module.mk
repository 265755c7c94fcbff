# Tests of `make check`. Unit tests: one program a source file, listed per
# module in tests/unit/MODULE.mk; each prints TAP.
include tests/unit/base.mk
include tests/unit/conf.mk
include tests/unit/message.mk
include tests/unit/image.mk
include tests/unit/match.mk
include tests/unit/store.mk
include tests/unit/record.mk
include tests/unit/fact.mk
include tests/unit/learn.mk
include tests/unit/eval.mk
include tests/unit/rule.mk
include tests/unit/prefs.mk
include tests/unit/scan.mk
include tests/unit/mass.mk
include tests/unit/report.mk
include tests/unit/channel.mk
include tests/unit/ingress.mk
include tests/unit/tamisd.mk
include tests/unit/tamis.mk
include tests/unit/feedd.mk
include tests/gates/module.mk
include tests/feed/module.mk
include tests/match/module.mk
include tests/message/module.mk
include tests/golden/module.mk
include tests/fact/module.mk
include tests/dkim/module.mk
include tests/relay/module.mk
include tests/spf/module.mk
include tests/oracle/module.mk

EXTRA_DIST += tests/unit/sample_conf.h tests/unit/unit.h
if HAVE_CHECK
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
endif
EXTRA_DIST += tests/system

# automake also copies what a check left in the build's copy of a folder.
dist-hook:
	find $(distdir)/tests -name '*.log' -o -name '*.trs' | xargs rm -f
