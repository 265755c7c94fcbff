report_sources = src/report/placeholder.c
