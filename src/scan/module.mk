# One judgement: the pipeline, verdict, plan and verdict record.
scan_sources = \
	src/scan/header.c \
	src/scan/pipeline.c \
	src/scan/plan.c \
	src/scan/scan.h \
	src/scan/snapshot.c \
	src/scan/stage.h \
	src/scan/verdict.c \
	src/scan/verdict_record.c \
	src/scan/words.c
