report_sources = \
	src/report/report.h \
	src/report/segment.c src/report/segment.h \
	src/report/spool.c
