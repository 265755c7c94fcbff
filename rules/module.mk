# SPDX-License-Identifier: Apache-2.0
tamisrulesdir = $(pkgdatadir)/rules
dist_tamisrules_DATA = \
	rules/00-building-blocks.cf \
	rules/10-obfuscation.cf \
	rules/20-links.cf \
	rules/25-contact-drop.cf \
	rules/30-gambling.cf \
	rules/32-loan-finance.cf
