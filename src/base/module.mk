# The lowest layer: everything may use it.
base_sources = \
	src/base/arena.c src/base/arena.h \
	src/base/breaker.c src/base/breaker.h \
	src/base/buf.c src/base/buf.h \
	src/base/clock.c src/base/clock.h \
	src/base/digest.c src/base/digest.h \
	src/base/e4.c src/base/e4.h \
	src/base/error.c src/base/error.h \
	src/base/file.c src/base/file.h \
	src/base/ip.c src/base/ip.h \
	src/base/json.c src/base/json.h \
	src/base/log.c src/base/log.h \
	src/base/map.c src/base/map.h \
	src/base/mem.c src/base/mem.h \
	src/base/process.c src/base/process.h \
	src/base/socket.c src/base/socket.h \
	src/base/sv.c src/base/sv.h \
	src/base/utf8.c src/base/utf8.h \
	src/base/uuid.c src/base/uuid.h \
	src/base/vec.h
