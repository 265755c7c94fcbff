# SPDX-License-Identifier: Apache-2.0
# Service files and what else a distribution may want to install.
units = contrib/systemd/tamisd.service contrib/systemd/tamis-feedd.service
units_in = contrib/systemd/tamisd.service.in \
	contrib/systemd/tamis-feedd.service.in

noinst_DATA = $(units)
if INSTALL_UNITS
systemdsystemunit_DATA = $(units)
endif

contrib/systemd/tamisd.service: contrib/systemd/tamisd.service.in
contrib/systemd/tamis-feedd.service: contrib/systemd/tamis-feedd.service.in
$(units): Makefile
	$(AM_V_GEN)$(MKDIR_P) contrib/systemd && \
	sed -e 's|@sbindir[@]|$(sbindir)|g' -e 's|@bindir[@]|$(bindir)|g' \
		$(srcdir)/$@.in >$@

dist_doc_DATA = contrib/tamis.conf
EXTRA_DIST += $(units_in) contrib/sysusers contrib/tmpfiles \
	contrib/postfix contrib/sendmail contrib/samples
CLEANFILES += $(units)

# For the site's own rules: rule.paths names this folder.
install-data-local:
	$(MKDIR_P) $(DESTDIR)$(sysconfdir)/tamis/rules
