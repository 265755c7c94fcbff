rule_sources = \
	src/rule/call.c src/rule/call.h \
	src/rule/capture.c src/rule/capture.h \
	src/rule/compile.c \
	src/rule/condition.c src/rule/condition.h \
	src/rule/cost.c src/rule/cost.h \
	src/rule/decide.c src/rule/decide.h \
	src/rule/define.c \
	src/rule/draft.c src/rule/draft.h \
	src/rule/eval.c \
	src/rule/expr.c src/rule/expr.h \
	src/rule/graph.c src/rule/graph.h \
	src/rule/lex.c src/rule/lex.h \
	src/rule/lint.c \
	src/rule/list.c src/rule/list.h \
	src/rule/meta.c \
	src/rule/need.c src/rule/need.h \
	src/rule/networks.c src/rule/networks.h \
	src/rule/no_effect.c \
	src/rule/order.c src/rule/order.h \
	src/rule/overlay.c src/rule/overlay.h \
	src/rule/parse.c src/rule/parse.h \
	src/rule/plugin.c \
	src/rule/range.c src/rule/range.h \
	src/rule/recheck.c \
	src/rule/rule.h \
	src/rule/set.h \
	src/rule/setting.c \
	src/rule/settings.c src/rule/settings.h \
	src/rule/shortcircuit.c src/rule/shortcircuit.h \
	src/rule/source.c \
	src/rule/tags.c \
	src/rule/test.c \
	src/rule/uri_detail.c src/rule/uri_detail.h \
	src/rule/users.c \
	src/rule/values.c src/rule/values.h \
	src/rule/vocabulary.c src/rule/vocabulary.h \
	src/rule/witness.c src/rule/witness.h
