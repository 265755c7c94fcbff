# What was learned from messages that people sorted.
learn_sources = \
	src/learn/calibration.c src/learn/calibration.h \
	src/learn/classifier.c src/learn/classifier.h \
	src/learn/feature.c src/learn/feature.h \
	src/learn/feature_mail.c \
	src/learn/feature_text.c \
	src/learn/learner.c src/learn/learner.h \
	src/learn/model.c src/learn/model.h \
	src/learn/model_score.c \
	src/learn/sample.c src/learn/sample.h
