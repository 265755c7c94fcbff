# Preferences of users, domains and the site: where they are kept, a cache,
# and what they make of the rules.
prefs_sources = \
	src/prefs/cache.c src/prefs/cache.h \
	src/prefs/file.c \
	src/prefs/key.c src/prefs/key.h \
	src/prefs/prefs.c src/prefs/prefs.h \
	src/prefs/redis.c \
	src/prefs/source.h \
	src/prefs/sqlite.c
