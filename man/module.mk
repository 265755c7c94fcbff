# SPDX-License-Identifier: Apache-2.0
dist_man_MANS += man/tamis.1
dist_man_MANS += man/tamis-rules.5
dist_man_MANS += man/tamis.conf.5 man/tamisd.8
dist_man_MANS += man/tamis-feedd.8
EXTRA_DIST += man/tamis.conf.5.in

# The manual of the configuration is committed as it was generated; the gate
# docs.sh compares. After a change of the schema: make update-man
update-man: tests/gates/print_conf
	$(top_srcdir)/tools/make-man tests/gates/print_conf \
		$(top_srcdir)/man/tamis.conf.5.in > tamis.conf.5.new
	mv tamis.conf.5.new $(top_srcdir)/man/tamis.conf.5
.PHONY: update-man
