# SPDX-License-Identifier: Apache-2.0
# Service files and what else a distribution may want to install.
units = contrib/systemd/tamisd.service contrib/systemd/tamis-feedd.service \
	contrib/systemd/tamis-update.service
units_in = contrib/systemd/tamisd.service.in \
	contrib/systemd/tamis-feedd.service.in \
	contrib/systemd/tamis-update.service.in
timers = contrib/systemd/tamis-update.timer

noinst_DATA = $(units)
if INSTALL_UNITS
systemdsystemunit_DATA = $(units) $(timers)
endif

contrib/systemd/tamisd.service: contrib/systemd/tamisd.service.in
contrib/systemd/tamis-feedd.service: contrib/systemd/tamis-feedd.service.in
contrib/systemd/tamis-update.service: contrib/systemd/tamis-update.service.in
$(units): Makefile
	$(AM_V_GEN)$(MKDIR_P) contrib/systemd && \
	sed -e 's|@sbindir[@]|$(sbindir)|g' -e 's|@bindir[@]|$(bindir)|g' \
		$(srcdir)/$@.in >$@

dist_doc_DATA = contrib/tamis.conf
EXTRA_DIST += $(units_in) $(timers) contrib/sysusers contrib/tmpfiles \
	contrib/dovecot contrib/nginx contrib/openapi.yaml contrib/postfix \
	contrib/sendmail contrib/samples
CLEANFILES += $(units)

# For the site's own rules and those of channels: rule.paths names them.
install-data-local:
	$(MKDIR_P) $(DESTDIR)$(sysconfdir)/tamis/rules
	$(MKDIR_P) $(DESTDIR)$(localstatedir)/lib/tamis-channels
