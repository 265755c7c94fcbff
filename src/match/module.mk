match_sources = \
	src/match/match.c src/match/match.h \
	src/match/perl.c src/match/perl.h \
	src/match/regex.c src/match/regex.h \
	src/match/set.h \
	src/match/worker.c
