report_sources = \
	src/report/cursor.c src/report/cursor.h \
	src/report/file.c \
	src/report/history.c src/report/history.h \
	src/report/history_read.c \
	src/report/http.c \
	src/report/item.c src/report/item.h \
	src/report/item_source.c \
	src/report/keep.c src/report/keep.h \
	src/report/pack.c src/report/pack.h \
	src/report/pseudonym.c src/report/pseudonym.h \
	src/report/range.c \
	src/report/report.h \
	src/report/reporter.c src/report/reporter.h \
	src/report/run.c \
	src/report/segment.c src/report/segment.h \
	src/report/spool.c \
	src/report/status.c src/report/status.h \
	src/report/syslog.c \
	src/report/tally.c src/report/tally.h \
	src/report/work.c src/report/work.h
