# What is learned: counters that decay, values that expire, logs; in memory,
# in LMDB, in Redis.
store_sources = \
	src/store/backend.c src/store/backend.h \
	src/store/cell.c src/store/cell.h \
	src/store/decay.c src/store/decay.h \
	src/store/lmdb.c src/store/lmdb_private.h \
	src/store/lmdb_evict.c \
	src/store/memory.c \
	src/store/redis.c \
	src/store/queue.c src/store/queue.h \
	src/store/store.c src/store/store.h
