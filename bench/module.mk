# SPDX-License-Identifier: Apache-2.0
# Programs that measure; built on request: make bench/PROGRAM.
EXTRA_PROGRAMS += bench/list
bench_list_SOURCES = bench/list.c
bench_list_LDADD = libcore.a $(CORE_LIBS)

EXTRA_PROGRAMS += bench/spf
bench_spf_SOURCES = bench/spf.c bench/measure.h
bench_spf_LDADD = libcore.a $(CORE_LIBS)

EXTRA_PROGRAMS += bench/match
bench_match_SOURCES = bench/match.c bench/measure.h bench/regexes.c \
	bench/regexes.h $(match_rules)
bench_match_CFLAGS = $(AM_CFLAGS) $(VECTORSCAN_CFLAGS)
bench_match_LDADD = libcore.a $(CORE_LIBS) $(VECTORSCAN_LIBS)

EXTRA_PROGRAMS += bench/signals
bench_signals_SOURCES = bench/signals.c bench/measure.h
bench_signals_LDADD = libcore.a $(CORE_LIBS)

EXTRA_PROGRAMS += bench/store
bench_store_SOURCES = bench/store.c
bench_store_LDADD = libcore.a $(CORE_LIBS)

EXTRA_PROGRAMS += bench/feed
bench_feed_SOURCES = bench/feed.c
bench_feed_LDADD = libfeedd.a libcore.a $(FEEDD_LIBS) $(CORE_LIBS)

EXTRA_PROGRAMS += bench/scaling
bench_scaling_SOURCES = bench/scaling.c bench/measure.h bench/regexes.c \
	bench/regexes.h tests/match/dice.h $(match_rules)
bench_scaling_CFLAGS = $(AM_CFLAGS) $(VECTORSCAN_CFLAGS)
bench_scaling_LDADD = libcore.a $(CORE_LIBS) $(VECTORSCAN_LIBS)

# Reads what bench/attack-strings makes of its own -d.
EXTRA_PROGRAMS += bench/attack
bench_attack_SOURCES = bench/attack.c bench/measure.h $(match_rules)
bench_attack_LDADD = libcore.a $(CORE_LIBS)

if HAVE_GMIME
if HAVE_GUMBO
if HAVE_LIBXML2
EXTRA_PROGRAMS += bench/message
CLEANFILES += bench/message
bench_message_CFLAGS = $(AM_CFLAGS) $(GMIME_CFLAGS) $(GUMBO_CFLAGS) \
	$(LIBXML2_CFLAGS)
bench_message_LDADD = libcore.a $(GMIME_LIBS) $(GUMBO_LIBS) $(LIBXML2_LIBS) \
	$(CORE_LIBS)
endif
endif
endif

EXTRA_DIST += \
	bench/README.md \
	bench/attack-strings \
	bench/attack.sh \
	bench/auth-client \
	bench/auth.sh \
	bench/campaign.py \
	bench/campaign.sh \
	bench/check.sh \
	bench/classifier.pl \
	bench/classifier.sh \
	bench/larger-rules \
	bench/latency-client \
	bench/latency.sh \
	bench/feed.sh bench/list.sh \
	bench/match.sh \
	bench/measure.h \
	bench/message.sh \
	bench/milter_talk.py \
	bench/peers.sh \
	bench/peers/tamis-sa.sh \
	bench/peers/tamis.sh \
	bench/regexes.h \
	bench/signals.sh \
	bench/spf.sh

# Judges, then learns, message by message.
EXTRA_PROGRAMS += bench/classifier
bench_classifier_SOURCES = bench/classifier.c
bench_classifier_LDADD = libcore.a $(CORE_LIBS)

EXTRA_PROGRAMS += bench/slowdns
bench_slowdns_SOURCES = bench/slowdns.c
bench_slowdns_LDADD = libcore.a $(CORE_LIBS)

# Near-duplicates.
EXTRA_PROGRAMS += bench/campaign
bench_campaign_SOURCES = bench/campaign.c bench/measure.h
bench_campaign_LDADD = libcore.a $(CORE_LIBS)
