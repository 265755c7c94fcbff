# Facts: what is asked of the domain name system, and worked out from answers.
fact_sources = \
	src/fact/answer.c src/fact/answer.h \
	src/fact/arc.c src/fact/arc.h \
	src/fact/body_digest.c \
	src/fact/contract.c src/fact/contract.h \
	src/fact/dkim.c src/fact/dkim.h \
	src/fact/dkim_key.c src/fact/dkim_key.h \
	src/fact/dmarc.c src/fact/dmarc.h \
	src/fact/dmarc_policy.c src/fact/dmarc_policy.h \
	src/fact/dmarc_record.c \
	src/fact/dns.c src/fact/dns.h src/fact/dns_stats.def \
	src/fact/dns_batch.c \
	src/fact/dns_cache.c src/fact/dns_cache.h \
	src/fact/dns_flight.c \
	src/fact/dns_line.c src/fact/dns_line.h \
	src/fact/dns_message.c src/fact/dns_message.h \
	src/fact/dns_private.h \
	src/fact/dns_resolvers.c \
	src/fact/dns_thread.c \
	src/fact/dns_zones.c src/fact/dns_zones.h \
	src/fact/domain.c src/fact/domain.h \
	src/fact/fact.c src/fact/fact.h \
	src/fact/geo.c src/fact/geo.h \
	src/fact/lookup.c src/fact/lookup.h \
	src/fact/public_resolver.c src/fact/public_resolver.h \
	src/fact/rdns.c src/fact/rdns.h \
	src/fact/results.c src/fact/results.h \
	src/fact/results_read.c \
	src/fact/results_trust.c \
	src/fact/results_write.c \
	src/fact/rsa_key.c src/fact/rsa_key.h \
	src/fact/signature.c src/fact/signature.h \
	src/fact/signature_check.c \
	src/fact/signed_mail.c src/fact/signed_mail.h \
	src/fact/spf.c src/fact/spf.h \
	src/fact/spf_macro.c src/fact/spf_macro.h \
	src/fact/spf_match.c \
	src/fact/spf_record.c src/fact/spf_record.h \
	src/fact/spf_run.h \
	src/fact/tags.c src/fact/tags.h \
	src/fact/zone.c src/fact/zone.h
