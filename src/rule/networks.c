/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/networks.h"

#include "base/ip.h"

enum { NETWORKS_MAX = 100000, ORIGINS_MAX = 50 };

static const struct word {
	const char *key;
	size_t offset; /* of the list, in struct settings_networks */
} words[] = {
	{ "trusted_networks", offsetof(struct settings_networks, ip.trusted) },
	{ "internal_networks",
	  offsetof(struct settings_networks, ip.internal) },
	{ "msa_networks", offsetof(struct settings_networks, ip.msa) },
	{ "originating_ip_headers",
	  offsetof(struct settings_networks, origins) },
};

static struct conf_list *
list_of(struct settings_networks *n, const struct word *w)
{
	return (struct conf_list *)(void *)((char *)n + w->offset);
}

/* The row of a key; *ret_clear: it is "clear_..." of that row. */
static const struct word *
find_word(struct sv key, bool *ret_clear)
{
	const struct sv clear = SV("clear_");

	*ret_clear = sv_starts(key, clear);
	if (*ret_clear)
		key = sv_from(key, clear.n);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (sv_eq_str(key, words[i].key))
			return &words[i];
	return NULL;
}

bool
networks_has(struct sv key)
{
	bool clear;

	return find_word(key, &clear) != NULL;
}

static bool
has_name(const struct conf_list *list, struct sv name)
{
	for (size_t i = 0; i < list->n; i++)
		if (sv_ieq_str(name, list->list[i]))
			return true;
	return false;
}

static void
add(struct arena *a, struct conf_list *list, struct sv text)
{
	list->list = arena_grow(a, list->list, list->n * sizeof *list->list,
	                        (list->n + 1) * sizeof *list->list);
	list->list[list->n++] = arena_str(a, text);
}

static const char *
add_networks(struct arena *a, struct conf_list *list, struct sv value)
{
	struct ip_net net;
	struct sv word;

	while (sv_word(&value, &word)) {
		if (ip_net_parse(word, &net) != 0)
			return "expected networks: an address, with /BITS or "
			       "without, ! for what is not meant";
		if (list->n == NETWORKS_MAX)
			return "too many networks";
		add(a, list, word);
	}
	return NULL;
}

static const char *
add_origins(struct arena *a, struct settings_networks *n, struct sv value)
{
	struct sv word;

	n->has_origins = true;
	while (sv_word(&value, &word)) {
		if (has_name(&n->origins, word))
			continue;
		if (n->origins.n == ORIGINS_MAX)
			return "too many headers";
		add(a, &n->origins, word);
	}
	return NULL;
}

const char *
networks_read(struct settings_networks *n, struct arena *a, struct sv key,
              struct sv value)
{
	bool clear;
	const struct word *w = find_word(key, &clear);
	struct conf_list *list = list_of(n, w);

	if (clear != !value.n)
		return clear ? "must stand alone" : "the value is missing";
	if (clear) {
		*list = (struct conf_list){ 0 };
		n->has_origins |= list == &n->origins;
		return NULL;
	}
	return list == &n->origins ? add_origins(a, n, value)
	                           : add_networks(a, list, value);
}
