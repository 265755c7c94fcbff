# eval: functions of rules.
eval_sources = \
	src/eval/addresses.c src/eval/addresses.h \
	src/eval/askdns.c \
	src/eval/ask.c src/eval/ask.h \
	src/eval/ask_settings.c \
	src/eval/asked.c \
	src/eval/auth.c src/eval/auth.h \
	src/eval/auth_dkim.c src/eval/auth_spf.c src/eval/auth_welcome.c \
	src/eval/authres.c \
	src/eval/authres_field.c src/eval/authres_field.h \
	src/eval/bind.c \
	src/eval/body.c \
	src/eval/bounce.c \
	src/eval/campaign.c \
	src/eval/dnsbl.c src/eval/dnsbl.h \
	src/eval/dnsbl_relays.c src/eval/dnsbl_senders.c \
	src/eval/email_find.c src/eval/email_find.h \
	src/eval/eval.c src/eval/eval.h \
	src/eval/freemail.c \
	src/eval/globs.c src/eval/globs.h \
	src/eval/hashbl.c src/eval/hashbl.h \
	src/eval/hashbl_emails.c src/eval/hashbl_settings.c \
	src/eval/header.c src/eval/header.h \
	src/eval/header_date.c src/eval/header_forged.c \
	src/eval/html.c \
	src/eval/html_facts.c src/eval/html_facts.h \
	src/eval/html_font.c src/eval/html_font.h \
	src/eval/images.c \
	src/eval/learned.c \
	src/eval/listed.c \
	src/eval/mime.c \
	src/eval/parts.c src/eval/parts.h \
	src/eval/pdf.c src/eval/pdf_read.c src/eval/pdf_read.h \
	src/eval/phishing.c \
	src/eval/plugin.c \
	src/eval/relay.c \
	src/eval/signals.c \
	src/eval/spoof.c \
	src/eval/subject.c \
	src/eval/subtest.c \
	src/eval/census.c src/eval/census.h \
	src/eval/tag.c src/eval/tag.h \
	src/eval/tag_values.c src/eval/tag_values.h \
	src/eval/texts.c \
	src/eval/theme.h \
	src/eval/uribl.c src/eval/uribl.h \
	src/eval/uribl_hosts.c src/eval/uribl_settings.c \
	src/eval/virus.c
