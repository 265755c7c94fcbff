# SPDX-License-Identifier: Apache-2.0
# The collector; main.c is the program, the rest serves tests as well.
feedd_sources = \
	src/feedd/accept.c src/feedd/accept.h \
	src/feedd/access.c src/feedd/access.h \
	src/feedd/chart.c src/feedd/chart.h \
	src/feedd/codebook.c \
	src/feedd/countries.def src/feedd/texts.def src/feedd/words.def \
	src/feedd/correct.c src/feedd/correct.h \
	src/feedd/diary.c src/feedd/diary.h \
	src/feedd/export.c src/feedd/export.h src/feedd/export_all.c \
	src/feedd/export_dsa.c \
	src/feedd/figures.c src/feedd/figures.h src/feedd/figures_series.c \
	src/feedd/held.c src/feedd/held.h \
	src/feedd/figures_campaigns.c \
	src/feedd/figures_marks.c src/feedd/figures_nodes.c \
	src/feedd/html.c src/feedd/html.h \
	src/feedd/http.c src/feedd/http.h \
	src/feedd/intake.c src/feedd/intake.h \
	src/feedd/lang.c src/feedd/lang.h \
	src/feedd/login.c src/feedd/login.h \
	src/feedd/metrics.c \
	src/feedd/page.c src/feedd/page.h src/feedd/page_private.h \
	src/feedd/page_cost.c src/feedd/page_data.c \
	src/feedd/page_overview.c src/feedd/page_parts.c \
	src/feedd/page_people.c src/feedd/page_series.c \
	src/feedd/page_types.c \
	src/feedd/period.c src/feedd/period.h \
	src/feedd/query.c src/feedd/query.h \
	src/feedd/page_cache.c src/feedd/page_cache.h \
	src/feedd/quota.c src/feedd/quota.h \
	src/feedd/signature.c src/feedd/signature.h \
	src/feedd/site.c src/feedd/site.h \
	src/feedd/database.c src/feedd/database.h src/feedd/database_private.h \
	src/feedd/database_accept.c src/feedd/database_migrate.c \
	src/feedd/database_read.c \
	src/feedd/database_roll_up.c src/feedd/database_sqlite.c \
	src/feedd/database_sums.c \
	src/feedd/tokens.c src/feedd/tokens.h \
	src/feedd/views.c

if HAVE_POSTGRESQL
feedd_sources += src/feedd/database_postgresql.c
endif
EXTRA_DIST += src/feedd/database_postgresql.c

# The style sheet is compiled in.
nodist_libfeedd_a_SOURCES = src/feedd/page_style.c
src/feedd/page_style.c: src/feedd/style.css
	$(AM_V_GEN)$(MKDIR_P) src/feedd && { \
		echo '/* SPDX-License-Identifier: Apache-2.0 */'; \
		echo '#include "feedd/page.h"'; \
		echo 'struct sv page_style(void) { return SV('; \
		sed -e 's/[\\"]/\\&/g' -e 's/.*/"&\\n"/' \
			$(srcdir)/src/feedd/style.css; \
		echo '); }'; } >$@.new && mv -f $@.new $@
EXTRA_DIST += src/feedd/style.css
CLEANFILES += src/feedd/page_style.c
