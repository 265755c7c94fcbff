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

/* Whether an address is https, or http on this machine: what is sent has a
 * token in it. The reporter itself is stricter about odd addresses. */
static bool
is_confidential(const char *url)
{
	static const char *const local[] = { "127.0.0.1", "[::1]",
		                             "localhost" };
	struct sv rest = sv_str(url);

	if (!sv_istarts(rest, SV("http://")))
		return true;
	rest = sv_from(rest, sizeof "http://" - 1);
	for (size_t i = 0; i < sizeof local / sizeof *local; i++) {
		struct sv end = sv_from(rest, strlen(local[i]));

		if (sv_istarts(rest, sv_str(local[i])) &&
		    (end.n == 0 || *end.p == ':' || *end.p == '/'))
			return true;
	}
	return false;
}

static void
check_feed(const struct conf *c, struct diags *diags)
{
	if (c->report.profile == PRIVACY_EVIDENCE)
		diags_add(diags, SEVERITY_ERROR, c->priv->file,
		          line_of(c, "report", "profile"),
		          "report.profile: this version sends no evidence; "
		          "use statistical or pseudonymous");
	if (!is_confidential(c->report.http_url))
		diags_add(diags, SEVERITY_ERROR, c->priv->file,
		          line_of(c, "report", "http_url"),
		          "report.http_url must be https, or http to this "
		          "machine");
}

/* ---- sections `reporter NAME` ---- */

static bool
has_scheme(const char *url, const char *first, const char *second)
{
	return sv_istarts(sv_str(url), sv_str(first)) ||
	       sv_istarts(sv_str(url), sv_str(second));
}

/* discover:DOMAIN, for report/finder.h. */
static bool
is_discovered(const char *url)
{
	struct sv scheme = SV("discover:");

	return sv_starts(sv_str(url), scheme) && strlen(url) > scheme.n;
}

/* What is wrong with it; NULL: nothing. */
static const char *
reporter_fault(const struct conf_reporter *r)
{
	bool batches = r->type == REPORTER_HTTP || r->type == REPORTER_NATS;
	bool posts = r->type == REPORTER_WEBHOOK ||
	             r->type == REPORTER_INTELMQ || r->type == REPORTER_XARF;

#ifndef HAVE_NATS
	if (r->type == REPORTER_NATS)
		return "this build has no NATS (it was configured without "
		       "libnats)";
#endif
	if (batches && r->profile == PRIVACY_EVIDENCE)
		return "batches have no profile evidence: use statistical or "
		       "pseudonymous";
	if ((r->type == REPORTER_XARF || r->type == REPORTER_ARF) &&
	    r->profile != PRIVACY_EVIDENCE)
		return "it names sources: set profile = evidence if you may";
	if (r->type == REPORTER_FILE && !*r->path)
		return "path is not set";
	if (posts && !*r->url && !*r->path)
		return "neither url nor path is set";
	if (r->type == REPORTER_NATS &&
	    !has_scheme(r->url, "nats://", "tls://"))
		return "url must be nats:// or tls://";
	if (r->type == REPORTER_ARF &&
	    !has_scheme(r->url, "smtp://", "smtps://"))
		return "url must be smtp:// or smtps://";
	if (r->type == REPORTER_HTTP && is_discovered(r->url))
		return r->profile == PRIVACY_STATISTICAL
		           ? NULL
		           : "a feed that is discovered gets the profile "
		             "statistical alone";
	if ((r->type == REPORTER_HTTP || (posts && *r->url)) &&
	    (!has_scheme(r->url, "https://", "http://") ||
	     !is_confidential(r->url)))
		return "url must be https, or http to this machine";
	return NULL;
}

static void
check_reporters(const struct conf *c, struct diags *diags)
{
	int type = schema_option(SV("reporter"), SV("type"));

	for (size_t i = 0; i < c->n_reporters; i++) {
		const struct conf_reporter *r = &c->reporters[i];
		const char *fault = reporter_fault(r);

		if (fault)
			diags_add(diags, SEVERITY_ERROR, c->priv->file,
			          c->priv->reporter_lines[i][type],
			          "reporter %s: %s", r->name, fault);
	}
}

static void
check_webhook(const struct conf *c, struct diags *diags)
{
	if (!is_confidential(c->http.webhook))
		diags_add(diags, SEVERITY_ERROR, c->priv->file,
		          line_of(c, "http", "webhook"),
		          "http.webhook must be https, or http to this "
		          "machine");
	if (*c->http.webhook && !*c->http.webhook_secret_file)
		diags_add(diags, SEVERITY_ERROR, c->priv->file,
		          line_of(c, "http", "webhook"),
		          "http.webhook needs http.webhook_secret_file: "
		          "anybody could send what it expects");
}

/* The protocol has no passwords: addresses must do. */
static void
check_spamd(const struct conf *c, struct diags *diags)
{
	struct socket_address a;

	for (size_t i = 0; i < c->spamd.listen.n && !c->spamd.allow.n; i++) {
		const char *listen = c->spamd.listen.list[i];

		if (socket_parse(sv_str(listen), &a) || a.is_loopback)
			continue;
		diags_add(diags, SEVERITY_ERROR, c->priv->file,
		          line_of(c, "spamd", "listen"),
		          "spamd.listen has %s, which others can reach: say "
		          "in spamd.allow who may",
		          listen);
	}
}

/* The word before the first space. */
static struct sv
channel_of(const char *item)
{
	struct sv rest = sv_str(item), name = SV("");

	sv_split(&rest, ' ', &name);
	return name;
}

static bool
has_channel(const struct conf_list *list, size_t n, struct sv name)
{
	for (size_t i = 0; i < n; i++)
		if (sv_eq(channel_of(list->list[i]), name))
			return true;
	return false;
}

static void
check_channel(const struct conf *c, size_t index, struct diags *diags)
{
	struct sv name = channel_of(c->channel.sources.list[index]);

	if (has_channel(&c->channel.sources, index, name))
		diags_add(diags, SEVERITY_ERROR, c->priv->file,
		          line_of(c, "channel", "sources"),
		          "channel.sources has two of the name " SV_FMT,
		          SV_ARG(name));
	if (!has_channel(&c->channel.keys, c->channel.keys.n, name))
		diags_add(diags, SEVERITY_ERROR, c->priv->file,
		          line_of(c, "channel", "sources"),
		          "channel.keys has no key of the channel " SV_FMT,
		          SV_ARG(name));
}

static void
check_channels(const struct conf *c, struct diags *diags)
{
	bool is_read = false;

	for (size_t i = 0; i < c->channel.sources.n; i++)
		check_channel(c, i, diags);
	for (size_t i = 0; i < c->rule.paths.n; i++)
		is_read |=
		    sv_eq_str(sv_str(c->channel.dir), c->rule.paths.list[i]);
	if (c->channel.sources.n && !is_read)
		diags_add(diags, SEVERITY_ERROR, c->priv->file,
		          line_of(c, "channel", "sources"),
		          "rule.paths does not name channel.dir, %s: the "
		          "rules of the channels would not be used",
		          c->channel.dir);
}

static void
check_prefs(const struct conf *c, struct diags *diags)
{
#ifdef HAVE_HIREDIS
	(void)c;
	(void)diags;
#else
	if (*c->prefs.redis)
		diags_add(diags, SEVERITY_ERROR, c->priv->file,
		          line_of(c, "prefs", "redis"),
		          "prefs.redis: this build has no Redis (it was "
		          "configured without libhiredis)");
#endif
}

static void
check_dns(const struct conf *c, struct diags *diags)
{
	const struct conf_dns *d = &c->dns;

	if (d->ttl_min_ms > d->ttl_max_ms)
		diags_add(diags, SEVERITY_ERROR, c->priv->file,
		          line_of(c, "dns", "ttl_min"),
		          "dns.ttl_min is above dns.ttl_max");
	if (d->breaker_pause_ms > d->breaker_pause_max_ms)
		diags_add(diags, SEVERITY_ERROR, c->priv->file,
		          line_of(c, "dns", "breaker_pause"),
		          "dns.breaker_pause is above dns.breaker_pause_max");
}

static void
check_store(const struct conf *c, struct diags *diags)
{
	if (c->store.backend != STORE_BACKEND_REDIS)
		return;
#ifdef HAVE_HIREDIS
	if (!*c->store.redis)
		diags_add(diags, SEVERITY_ERROR, c->priv->file,
		          line_of(c, "store", "backend"),
		          "store.backend is redis: store.redis has to say "
		          "where it is");
#else
	diags_add(diags, SEVERITY_ERROR, c->priv->file,
	          line_of(c, "store", "backend"),
	          "store.backend: this build has no Redis (it was configured "
	          "without libhiredis)");
#endif
}

static void
check_database(const struct conf *c, struct diags *diags)
{
	struct sv text = sv_str(c->feedd.database);

	if (sv_starts(text, SV("postgresql://")) ||
	    sv_starts(text, SV("postgres://"))) {
#ifndef HAVE_POSTGRESQL
		diags_add(diags, SEVERITY_ERROR, c->priv->file,
		          line_of(c, "feedd", "database"),
		          "feedd.database: this build has no PostgreSQL (it "
		          "was configured without libpq)");
#endif
	} else if (!sv_starts(text, SV("/"))) {
		diags_add(diags, SEVERITY_ERROR, c->priv->file,
		          line_of(c, "feedd", "database"),
		          "feedd.database: must be an absolute path or begin "
		          "with postgresql://");
	}
}

void
check_values(const struct conf *c, struct diags *diags)
{
	for (size_t i = 0; i < c->http.listen.n; i++)
		check_listen(c, "http", c->http.listen.list[i],
		             c->http.token_file, diags);
	check_listen(c, "feedd", c->feedd.listen, c->feedd.token_file, diags);
	check_database(c, diags);
	check_spamd(c, diags);
	check_prefs(c, diags);
	check_store(c, diags);
	check_scores(c, diags);
	check_spool(c, diags);
	check_feed(c, diags);
	check_reporters(c, diags);
	check_webhook(c, diags);
	check_channels(c, diags);
	check_dns(c, diags);
}
