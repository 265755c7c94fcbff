# SPDX-License-Identifier: Apache-2.0
tamisrulesdir = $(pkgdatadir)/rules
dist_tamisrules_DATA = \
	rules/00-building-blocks.cf \
	rules/10-obfuscation.cf \
	rules/12-disguised-words.cf \
	rules/20-links.cf \
	rules/25-contact-drop.cf \
	rules/30-gambling.cf \
	rules/32-loan-finance.cf \
	rules/34-investment-crypto.cf \
	rules/36-adult-dating.cf \
	rules/38-pharma-health.cf \
	rules/40-counterfeit.cf \
	rules/42-invoices-certificates.cf \
	rules/44-jobs.cf \
	rules/46-lottery-advance-fee.cf \
	rules/48-software-it.cf \
	rules/50-seo-web-comment.cf \
	rules/52-reviews-accounts.cf \
	rules/54-shopping.cf \
	rules/56-property-courses-telecom.cf \
	rules/60-headers-mail.cf \
	rules/65-phishing.cf \
	rules/70-html-tricks.cf \
	rules/80-metas.cf \
	rules/90-guards.cf \
	rules/92-signals.cf \
	rules/94-campaigns.cf
