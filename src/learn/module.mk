# What is learned: the classifier; reputation and other signals over the store.
learn_sources = \
	src/learn/calibration.c src/learn/calibration.h \
	src/learn/campaign.c src/learn/campaign.h \
	src/learn/campaign_list.c src/learn/campaign_list.h \
	src/learn/campaign_private.h \
	src/learn/campaign_secret.c \
	src/learn/change_note.c \
	src/learn/classifier.c src/learn/classifier.h \
	src/learn/exchange.c src/learn/exchange.h \
	src/learn/feature.c src/learn/feature.h \
	src/learn/feature_mail.c \
	src/learn/feature_pack.c src/learn/feature_pack.h \
	src/learn/feature_shape.c \
	src/learn/feature_text.c \
	src/learn/feedback.c src/learn/feedback.h \
	src/learn/feedback_entry.c \
	src/learn/greylist.c src/learn/greylist.h \
	src/learn/known.c src/learn/known.h \
	src/learn/learner.c src/learn/learner.h \
	src/learn/ledger.c src/learn/ledger.h \
	src/learn/ledger_apply.c \
	src/learn/ledger_effect.c \
	src/learn/ledger_private.h \
	src/learn/ledger_round.c \
	src/learn/ledger_settle.c \
	src/learn/log_trim.c src/learn/log_trim.h \
	src/learn/mark.c src/learn/mark.h \
	src/learn/model.c src/learn/model.h \
	src/learn/model_score.c \
	src/learn/origin.c src/learn/origin.h \
	src/learn/rate.c src/learn/rate.h \
	src/learn/receipt.h \
	src/learn/recognition.c src/learn/recognition.h \
	src/learn/reputation.c src/learn/reputation.h \
	src/learn/sample.c src/learn/sample.h \
	src/learn/shingle.c src/learn/shingle.h \
	src/learn/shingle_text.c \
	src/learn/signals.h \
	src/learn/trace.c src/learn/trace.h \
	src/learn/trust.c src/learn/trust.h
