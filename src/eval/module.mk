# eval: functions of rules.
eval_sources = \
	src/eval/asked.c \
	src/eval/bind.c \
	src/eval/eval.c src/eval/eval.h \
	src/eval/globs.c src/eval/globs.h \
	src/eval/mime.c \
	src/eval/parts.c src/eval/parts.h \
	src/eval/relay.c \
	src/eval/texts.c \
	src/eval/theme.h
