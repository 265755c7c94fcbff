tamisd_sources = src/tamisd/main.c
