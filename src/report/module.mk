report_sources = \
	src/report/cursor.c src/report/cursor.h \
	src/report/arf.c \
	src/report/arf_mail.c src/report/arf_mail.h \
	src/report/discovery.c src/report/discovery.h \
	src/report/drop.c \
	src/report/each.c src/report/each.h \
	src/report/file.c \
	src/report/finder.c src/report/finder.h \
	src/report/gaps.c src/report/gaps.h \
	src/report/history.c src/report/history.h \
	src/report/history_read.c \
	src/report/http.c \
	src/report/intelmq.c \
	src/report/item.c src/report/item.h \
	src/report/item_source.c \
	src/report/kinds.c \
	src/report/keep.c src/report/keep.h \
	src/report/loss.c src/report/loss.h \
	src/report/outfile.c src/report/outfile.h \
	src/report/pack.c src/report/pack.h \
	src/report/pseudonym.c src/report/pseudonym.h \
	src/report/range.c \
	src/report/report.h \
	src/report/reporter.c src/report/reporter.h \
	src/report/run.c \
	src/report/segment.c src/report/segment.h \
	src/report/sign.c src/report/sign.h \
	src/report/spool.c \
	src/report/status.c src/report/status.h \
	src/report/syslog.c \
	src/report/tally.c src/report/tally.h \
	src/report/site_hook.c \
	src/report/webhook.c \
	src/report/work.c src/report/work.h \
	src/report/xarf.c
