match_sources = \
	src/match/automaton.c src/match/automaton.h \
	src/match/byteset.c src/match/byteset.h \
	src/match/charclass.c src/match/charclass.h \
	src/match/gate.c src/match/gate.h \
	src/match/gate_window.c src/match/gate_window.h \
	src/match/gates.c src/match/gates.h \
	src/match/guard.c src/match/guard.h \
	src/match/judge.c \
	src/match/list.c src/match/list.h \
	src/match/literal.c src/match/literal.h \
	src/match/machine.c src/match/machine.h \
	src/match/match.c src/match/match.h \
	src/match/perl.c src/match/perl.h \
	src/match/prefilter.c src/match/prefilter.h \
	src/match/rarity.c src/match/rarity.h \
	src/match/rarity_table.c \
	src/match/regex.c src/match/regex.h \
	src/match/set.h \
	src/match/stopwatch.c src/match/stopwatch.h \
	src/match/stretch.c src/match/stretch.h \
	src/match/symbols.c src/match/symbols.h \
	src/match/syntax.c src/match/syntax.h \
	src/match/trial.c src/match/trial.h \
	src/match/vectorscan.c src/match/vectorscan.h \
	src/match/window.c src/match/window.h \
	src/match/worker.c src/match/worker.h
