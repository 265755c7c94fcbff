# Fuzz targets: with --enable-fuzzing libFuzzer programs, otherwise programs
# that replay fuzz/corpus/NAME/ (NAME of fuzz_NAME) in `make check`.
fuzz_targets =
include fuzz/conf.mk
include fuzz/message.mk
include fuzz/image.mk
include fuzz/match.mk
include fuzz/store.mk
include fuzz/fact.mk
include fuzz/learn.mk
include fuzz/eval.mk
include fuzz/rule.mk
include fuzz/prefs.mk
include fuzz/scan.mk
include fuzz/mass.mk
include fuzz/ingress.mk
include fuzz/record.mk
include fuzz/channel.mk
include fuzz/report.mk
include fuzz/feedd.mk
check_PROGRAMS += $(fuzz_targets)
EXTRA_DIST += fuzz/corpus
if FUZZING
fuzz_main =
fuzz_ldflags = $(AM_LDFLAGS) -fsanitize=fuzzer
else
fuzz_main = fuzz/replay.c
fuzz_ldflags = $(AM_LDFLAGS)
TESTS += $(fuzz_targets)
endif
