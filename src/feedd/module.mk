feedd_sources = src/feedd/placeholder.c
