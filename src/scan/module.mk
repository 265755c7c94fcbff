# One judgement: the pipeline, verdict, plan and verdict record.
scan_sources = \
	src/scan/ask.c \
	src/scan/header.c \
	src/scan/learned.c src/scan/learned.h \
	src/scan/learned_campaign.c \
	src/scan/learned_plan.c \
	src/scan/learned_record.c \
	src/scan/origin.c \
	src/scan/pipeline.c \
	src/scan/plan.c \
	src/scan/preferences.c \
	src/scan/record.h \
	src/scan/record_facts.c \
	src/scan/scan.h \
	src/scan/signals.c \
	src/scan/snapshot.c \
	src/scan/stage.h \
	src/scan/template.c src/scan/template.h \
	src/scan/template_hits.c src/scan/template_hits.h \
	src/scan/template_mail.c \
	src/scan/text_shape.c src/scan/text_shape.h \
	src/scan/unmark.c \
	src/scan/unmark.h \
	src/scan/verdict.c \
	src/scan/verdict_record.c \
	src/scan/words.c
