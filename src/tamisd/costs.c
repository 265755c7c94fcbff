/* SPDX-License-Identifier: Apache-2.0 */
#include "tamisd/costs.h"

#include <jansson.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/map.h"
#include "base/vec.h"

enum { COSTS_BYTES_MAX = 64 << 20 };

static const char *const summed[] = { "decided", "cpu_ns", "hits",
	                              "over_limit" };

enum { N_SUMMED = sizeof summed / sizeof *summed };

struct sums {
	struct map *by_name; /* -> json_t, which `rules` holds */
	VEC(json_t *) rules; /* of all scanners */
	int64_t messages;
};

int
costs_write(const struct rule_set *rs, int fd)
{
	struct buf text = BUF_INIT(COSTS_BYTES_MAX);
	int result;

	rule_set_costs_json(rs, SIZE_MAX, &text);
	result = file_write_fd(fd, buf_sv(&text));
	buf_done(&text);
	return result;
}

static void
add_rule(struct sums *sums, json_t *rule)
{
	struct sv name =
	    sv_str(json_string_value(json_object_get(rule, "name")));
	json_t *sum = map_get(sums->by_name, name);

	if (!sum) {
		*VEC_ADD(&sums->rules) = json_incref(rule);
		map_set(sums->by_name, name, rule);
		return;
	}
	for (size_t i = 0; i < N_SUMMED; i++) {
		json_t *a = json_object_get(sum, summed[i]);
		json_t *b = json_object_get(rule, summed[i]);

		json_integer_set(a,
		                 json_integer_value(a) + json_integer_value(b));
	}
}

static void
add_scanner(struct sums *sums, int fd)
{
	struct buf text = BUF_INIT(COSTS_BYTES_MAX);
	json_t *costs = NULL, *rule;
	size_t i;

	if (lseek(fd, 0, SEEK_SET) == 0 && file_read_fd(fd, &text) == 0)
		costs = json_loadb(buf_str(&text), text.n, 0, NULL);
	sums->messages +=
	    json_integer_value(json_object_get(costs, "messages"));
	json_array_foreach (json_object_get(costs, "rules"), i, rule)
		add_rule(sums, rule);
	json_decref(costs);
	buf_done(&text);
}

static int64_t
cpu_ns(const json_t *rule)
{
	return json_integer_value(json_object_get(rule, "cpu_ns"));
}

static int
compare_rules(const void *a, const void *b)
{
	int64_t na = cpu_ns(*(json_t *const *)a);
	int64_t nb = cpu_ns(*(json_t *const *)b);

	return na > nb ? -1 : na < nb;
}

static void
write_rule(struct json *j, const json_t *rule)
{
	json_begin_object(j, NULL);
	json_text(j, "name", json_string_value(json_object_get(rule, "name")));
	json_text(j, "file", json_string_value(json_object_get(rule, "file")));
	json_int(j, "line", json_integer_value(json_object_get(rule, "line")));
	for (size_t i = 0; i < N_SUMMED; i++)
		json_int(j, summed[i],
		         json_integer_value(json_object_get(rule, summed[i])));
	json_end(j);
}

static void
write_sums(struct json *j, struct sums *sums)
{
	if (sums->rules.n)
		qsort(sums->rules.list, sums->rules.n, sizeof *sums->rules.list,
		      compare_rules);
	json_int(j, "messages", sums->messages);
	json_begin_array(j, "rules");
	for (size_t i = 0; i < sums->rules.n && i < COSTS_RULES_MAX; i++)
		write_rule(j, sums->rules.list[i]);
	json_end(j);
}

void
costs_gather(struct supervisor *s, struct json *j)
{
	struct sums sums = { .by_name = map_new() };
	char why[CHILD_PACKET_MAX];

	for (size_t i = 0; i < s->n_scanners; i++) {
		int fd;

		if (!s->scanners[i].ready)
			continue;
		fd = memfd_create("tamis-costs", MFD_CLOEXEC);
		if (fd < 0)
			continue;
		if (supervisor_ask(s, &s->scanners[i], "costs", fd, why))
			add_scanner(&sums, fd);
		close(fd);
	}
	write_sums(j, &sums);
	for (size_t i = 0; i < sums.rules.n; i++)
		json_decref(sums.rules.list[i]);
	VEC_DONE(&sums.rules);
	map_free(sums.by_name);
}

int
hits_write(const struct hit_table *t, const struct rule_set *rs, int fd)
{
	struct buf text = BUF_INIT(COSTS_BYTES_MAX);
	int result;

	hit_table_json(t, rs, &text);
	result = file_write_fd(fd, buf_sv(&text));
	buf_done(&text);
	return result;
}

static bool
ask_one(struct supervisor *s, struct child *scanner, struct buf *out)
{
	int fd = memfd_create("tamis-hits", MFD_CLOEXEC);
	size_t before = out->n;
	char why[CHILD_PACKET_MAX];
	bool ok = fd >= 0 && supervisor_ask(s, scanner, "hits", fd, why) &&
	          lseek(fd, 0, SEEK_SET) == 0 && file_read_fd(fd, out) == 0 &&
	          out->n > before;

	if (fd >= 0)
		close(fd);
	return ok;
}

bool
hits_ask(struct supervisor *s, struct buf *out)
{
	for (size_t i = 0; i < s->n_scanners; i++)
		if (s->scanners[i].ready && ask_one(s, &s->scanners[i], out))
			return true;
	return false;
}
