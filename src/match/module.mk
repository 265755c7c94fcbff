match_sources = \
	src/match/engine.h \
	src/match/match.c src/match/match.h \
	src/match/pcre2.c \
	src/match/perl.c
