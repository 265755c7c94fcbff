/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/uribl.h"

#include "message/url.h"

/* How early the hosts of a URI are asked for. */
enum rank {
	RANK_LINK, /* with a text */
	RANK_FORM,
	RANK_IMAGE,
	RANK_OTHER,
	RANK_TEXT,
	RANK_EMPTY_LINK,
	RANKS,
};

static bool
has_text(const struct message_uri *uri)
{
	for (size_t i = 0; i < uri->n_anchors; i++)
		if (uri->anchors[i].n)
			return true;
	return false;
}

static enum rank
rank_of(const struct message_uri *uri)
{
	if (uri->types & URI_A)
		return has_text(uri) ? RANK_LINK : RANK_EMPTY_LINK;
	if (uri->types & URI_FORM)
		return RANK_FORM;
	if (uri->types & URI_IMG)
		return RANK_IMAGE;
	return uri->types == URI_PARSED ? RANK_TEXT : RANK_OTHER;
}

bool
uri_host_is_skipped(const struct eval_job *job,
                    const struct message_uri_host *host)
{
	const struct map *skipped = job->settings->ask.skipped;

	return ask_name_is(skipped, host->domain) ||
	       ask_name_is(skipped, host->host);
}

struct collector {
	struct eval_job *job;
	struct uri_hosts *hosts;
	struct map *seen;
};

static void
add_host(struct collector *c, const struct message_uri_host *host)
{
	struct uri_hosts *hosts = c->hosts;

	if (hosts->n == c->job->settings->ask.hosts_max ||
	    uri_host_is_skipped(c->job, host) || !host->host.n ||
	    map_set(c->seen, host->host, c))
		return;
	hosts->list[hosts->n++] = *host;
}

/* The domains that signed the mail: "d=" of each field. */
static void
add_signers(struct collector *c, struct sv field)
{
	struct sv rest = field, tag;

	while (sv_split(&rest, ';', &tag)) {
		struct message_uri_host host;
		size_t equals = sv_find_char(tag, '=');

		if (equals == SV_NOT_FOUND ||
		    !sv_ieq_str(sv_trim(sv_sub(tag, 0, equals)), "d"))
			continue;
		host.host =
		    eval_lower(c->job, sv_trim(sv_from(tag, equals + 1)));
		host.domain = url_domain(host.host);
		if (url_host_is_known(host.host))
			add_host(c, &host);
	}
}

static void
add_all_signers(struct collector *c)
{
	static const char *const names[] = { "DomainKey-Signature",
		                             "DKIM-Signature" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct sv lines = eval_header(c->job, names[i]), line;

		while (sv_split(&lines, '\n', &line))
			add_signers(c, line);
	}
}

static void
add_rank(struct collector *c, enum rank rank)
{
	const struct message *m = c->job->message;
	const struct ask_settings *s = &c->job->settings->ask;

	for (size_t i = 0; i < m->n_uris; i++) {
		const struct message_uri *uri = &m->uris[i];

		if (rank_of(uri) != rank ||
		    (!s->with_mailto && sv_istarts(uri->uri, SV("mailto:"))))
			continue;
		for (size_t k = 0; k < uri->n_hosts; k++)
			add_host(c, &uri->hosts[k]);
	}
	if (rank == RANK_OTHER && !s->without_dkim)
		add_all_signers(c);
}

const struct uri_hosts *
uri_hosts(struct eval_job *job)
{
	struct collector c = { .job = job, .hosts = job->facts[FACTS_HOSTS] };

	if (c.hosts)
		return c.hosts;
	c.hosts = job->facts[FACTS_HOSTS] =
	    ARENA_NEW(job->arena, struct uri_hosts);
	c.hosts->list = ARENA_ARRAY(job->arena, struct message_uri_host,
	                            job->settings->ask.hosts_max + 1);
	c.seen = map_new();
	for (int rank = 0; rank < RANKS; rank++)
		add_rank(&c, (enum rank)rank);
	map_free(c.seen);
	return c.hosts;
}
