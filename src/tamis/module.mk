tamis_sources = src/tamis/main.c
