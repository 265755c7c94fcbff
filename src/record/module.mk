record_sources = \
	src/record/aggregate.c \
	src/record/batch.c \
	src/record/event.c src/record/event.h \
	src/record/parse.c \
	src/record/parse_aggregate.c \
	src/record/private.h \
	src/record/reader.c src/record/reader.h \
	src/record/record.h \
	src/record/shape.c src/record/shape.h \
	src/record/words.c src/record/words.h
