/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What tamis makes of the signatures of mails, with keys from a zone file.
 * Usage: verify ZONE SECONDS FILE...
 *     FILE<TAB>dkim<TAB>STATUS DOMAIN BITS REASON   a line for each signature
 *     FILE<TAB>arc<TAB>STATUS SETS REASON           one for each file
 */
#include <stdio.h>
#include <stdlib.h>

#include "../unit/sample_conf.h"
#include "base/file.h"
#include "fact/arc.h"
#include "fact/zone.h"

static const struct conf_dkim dkim_conf = { .enabled = true,
	                                    .signatures_max = 10,
	                                    .key_bits_min = 1024,
	                                    .partial_body = true };
static const struct conf_arc arc_conf = { .enabled = true, .sets_max = 50 };

static void
print_mail(const char *file, const struct dkim *dkim, const struct arc *arc)
{
	for (size_t i = 0; i < dkim->n; i++) {
		const struct dkim_signature *s = &dkim->signatures[i];

		printf("%s\tdkim\t%s " SV_FMT " %u %s\n", file,
		       dkim_status_word(s->status), SV_ARG(s->domain),
		       s->key_bits, s->reason);
	}
	printf("%s\tarc\t%s %zu %s\n", file, arc_status_word(arc->status),
	       arc->n_sets, arc->reason);
}

static void
verify(const char *file, struct zone *zone, int64_t now_s)
{
	struct arena *a = arena_new();
	struct buf raw = BUF_INIT(64 << 20);
	struct lookup *l = lookup_new(a, &zone_source, zone, 1000);
	struct signed_mail *mail;
	struct dkim *dkim;
	struct arc *arc;

	if (file_read(file, &raw)) {
		perror(file);
		exit(2);
	}
	mail = signed_mail_read(a, buf_sv(&raw), &sample_conf()->message);
	dkim = dkim_read(mail, &dkim_conf, now_s);
	arc = arc_read(mail, &arc_conf, &dkim_conf);
	if (!dkim_check(dkim, l) || !arc_check(arc, l))
		exit(3);
	print_mail(file, dkim, arc);
	buf_done(&raw);
	arena_free(a);
}

int
main(int argc, char **argv)
{
	struct buf text = BUF_INIT(64 << 20);
	struct diags diags = DIAGS_INIT;
	struct zone *zone;

	if (argc < 3 || file_read(argv[1], &text))
		return 2;
	zone = zone_read(argv[1], buf_sv(&text), DNS_NO_NAME, &diags);
	diags_print(&diags, stderr);
	if (!zone)
		return 2;
	for (int i = 3; i < argc; i++)
		verify(argv[i], zone, atoll(argv[2]));
	zone_free(zone);
	diags_done(&diags);
	buf_done(&text);
	return 0;
}
