/* SPDX-License-Identifier: Apache-2.0 */
/* Options that contradict each other. */
#include <stddef.h>

#include "base/socket.h"
#include "conf/private.h"

/* Where to point a person to: the line of the option, or no line when it has
 * its default. */
static int
line_of(const struct conf *c, const char *section, const char *key)
{
	int index = schema_option(sv_str(section), sv_str(key));

	return index == CONF_NONE ? 0 : c->priv->lines[index];
}

/* Without a token, whoever reaches the socket may use it. */
static void
check_listen(const struct conf *c, const char *section, const char *listen,
             const char *token_file, struct diags *diags)
{
	struct socket_address a;

	if (*token_file || socket_parse(sv_str(listen), &a) != 0 ||
	    a.is_loopback)
		return;
	diags_add(diags, SEVERITY_ERROR, c->priv->file,
	          line_of(c, section, "listen"),
	          "%s.listen has %s, which others can reach: set "
	          "%s.token_file",
	          section, listen, section);
}

static void
check_scores(const struct conf *c, struct diags *diags)
{
	int line = line_of(c, "scan", "suspect");

	if (c->scan.suspect_e4 > c->scan.threshold_e4)
		diags_add(diags, SEVERITY_ERROR, c->priv->file,
		          line ? line : line_of(c, "scan", "threshold"),
		          "scan.suspect is above scan.threshold");
	if (c->plan.reject_e4 && c->plan.reject_e4 < c->scan.threshold_e4)
		diags_add(diags, SEVERITY_WARNING, c->priv->file,
		          line_of(c, "plan", "reject_score"),
		          "plan.reject_score is below scan.threshold: "
		          "messages are rejected that are not judged spam");
}

static void
check_spool(const struct conf *c, struct diags *diags)
{
	int line = line_of(c, "report", "segment_bytes");

	if (c->report.segment_bytes * 2 > c->report.spool_bytes_max)
		diags_add(diags, SEVERITY_ERROR, c->priv->file,
		          line ? line : line_of(c, "report", "spool_bytes_max"),
		          "report.segment_bytes is more than half of "
		          "report.spool_bytes_max");
}

void
check_values(const struct conf *c, struct diags *diags)
{
	for (size_t i = 0; i < c->http.listen.n; i++)
		check_listen(c, "http", c->http.listen.list[i],
		             c->http.token_file, diags);
	check_listen(c, "feedd", c->feedd.listen, c->feedd.token_file, diags);
	check_scores(c, diags);
	check_spool(c, diags);
}
