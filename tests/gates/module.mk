# SPDX-License-Identifier: Apache-2.0
# Checks of the tree itself: scripts that print TAP.
gates = \
	tests/gates/dist.sh \
	tests/gates/docs.sh \
	tests/gates/headers.sh \
	tests/gates/layers.sh \
	tests/gates/man.sh \
	tests/gates/size.sh \
	tests/gates/spdx.sh \
	tests/gates/tables.sh \
	tests/gates/words.sh \
	tests/gates/x1232.sh
dist_check_SCRIPTS += $(gates)
EXTRA_DIST += tests/gates/tap.sh
TESTS += $(gates)

check_PROGRAMS += tests/gates/print_conf
tests_gates_print_conf_SOURCES = tests/gates/print_conf.c
tests_gates_print_conf_LDADD = libcore.a $(CORE_LIBS)
