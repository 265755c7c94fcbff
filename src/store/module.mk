# What is learned: counters that decay, values that expire, logs; in memory,
# in LMDB, in Redis.
store_sources = \
	src/store/backend.c src/store/backend.h \
	src/store/backlog.c src/store/backlog.h \
	src/store/backup.c src/store/backup.h \
	src/store/cell.c src/store/cell.h \
	src/store/change.c src/store/change.h \
	src/store/decay.c src/store/decay.h \
	src/store/lmdb.c src/store/lmdb_private.h \
	src/store/lmdb_evict.c \
	src/store/memory.c \
	src/store/queue.c src/store/queue.h \
	src/store/redis.c src/store/redis_private.h \
	src/store/redis_link.c src/store/redis_link.h \
	src/store/redis_send.c \
	src/store/store.c src/store/store.h
