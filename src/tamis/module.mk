# SPDX-License-Identifier: Apache-2.0
# The command-line tool: main.c has the table, one file a sub-command.
tamis_command_sources = \
	src/tamis/asker.c src/tamis/asker.h \
	src/tamis/channel.h \
	src/tamis/campaign.c \
	src/tamis/channel_ask.c \
	src/tamis/channel_common.c \
	src/tamis/channel_list.c \
	src/tamis/channel_publish.c \
	src/tamis/channel_switch.c \
	src/tamis/channel_try.c \
	src/tamis/channel_update.c \
	src/tamis/check.c src/tamis/check.h \
	src/tamis/check_all.c \
	src/tamis/check_write.c \
	src/tamis/command.h \
	src/tamis/config.c \
	src/tamis/control.c src/tamis/control.h \
	src/tamis/crew.c src/tamis/crew.h \
	src/tamis/dkim.c \
	src/tamis/dns.c \
	src/tamis/dns_lists.c \
	src/tamis/dns_test.c src/tamis/dns_test.h \
	src/tamis/drift.c src/tamis/drift.h \
	src/tamis/explain.c src/tamis/explain.h \
	src/tamis/explain_facts.c \
	src/tamis/explain_match.c \
	src/tamis/explain_print.c \
	src/tamis/explain_signals.c \
	src/tamis/feed.c \
	src/tamis/feedback.c src/tamis/feedback.h \
	src/tamis/feedback_list.c \
	src/tamis/history.c \
	src/tamis/hits.c src/tamis/hits.h \
	src/tamis/hits_overlap.c \
	src/tamis/hits_print.c \
	src/tamis/inputs.c src/tamis/inputs.h \
	src/tamis/judge.c src/tamis/judge.h \
	src/tamis/learn.c src/tamis/learn.h \
	src/tamis/learned.c src/tamis/learned.h \
	src/tamis/learn_model.c \
	src/tamis/lint.c src/tamis/lint.h \
	src/tamis/logs.c src/tamis/logs.h \
	src/tamis/look.c src/tamis/look.h \
	src/tamis/mails.c src/tamis/mails.h \
	src/tamis/masscheck.c src/tamis/masscheck.h \
	src/tamis/masscheck_file.c \
	src/tamis/masscheck_mail.c \
	src/tamis/member.h \
	src/tamis/net.c src/tamis/net.h \
	src/tamis/options.c src/tamis/options.h \
	src/tamis/prefs.c \
	src/tamis/progress.c src/tamis/progress.h \
	src/tamis/reload.c \
	src/tamis/report.c \
	src/tamis/replay.c src/tamis/replay.h \
	src/tamis/review.c \
	src/tamis/rescore.c src/tamis/rescore.h \
	src/tamis/rescore_print.c \
	src/tamis/rules.c src/tamis/rules.h \
	src/tamis/rules_hits.c \
	src/tamis/rules_stats.c \
	src/tamis/setup.c src/tamis/setup.h \
	src/tamis/spamassassin.c \
	src/tamis/spamassassin_options.c src/tamis/spamassassin_options.h \
	src/tamis/spamassassin_rules.c src/tamis/spamassassin_rules.h \
	src/tamis/spamassassin_say.c src/tamis/spamassassin_say.h \
	src/tamis/spf.c \
	src/tamis/status.c \
	src/tamis/store.c \
	src/tamis/table.c \
	src/tamis/term.c src/tamis/term.h
tamis_sources = src/tamis/main.c $(tamis_command_sources)

bashcompletiondir = $(datadir)/bash-completion/completions
dist_bashcompletion_DATA = contrib/completion/tamis
