/* SPDX-License-Identifier: Apache-2.0 */
/* What a verdict record tells of a message's source and of the evidence, in
 * words of the feed. */
#include "base/ip.h"
#include "record/words.h"
#include "report/item.h"

/* ---- authentication ---- */

/* Of several signatures, one that holds; else the first. */
static struct sv
best_signature(json_t *list)
{
	struct sv best = SV("none"), result;
	json_t *one;
	size_t at;

	json_array_foreach (list, at, one) {
		result = item_text(one, "result");
		if (at == 0 || sv_eq(result, SV("pass")))
			best = result;
	}
	return best;
}

struct sv
item_auth(json_t *facts, const char *mechanism)
{
	json_t *fact = json_object_get(facts, mechanism);

	if (!fact)
		return SV("unchecked");
	return json_is_array(fact) ? best_signature(fact)
	                           : item_text(fact, "result");
}

/* ---- evidence ---- */

/* What stands behind functions of rules, by how their names begin. */
static const struct {
	const char *start, *evidence;
} functions[] = {
	{ "askdns", "list" },
	{ "check_rbl", "list" },
	{ "check_uridnsbl", "list" },
	{ "check_dnsbl", "list" },
	{ "check_hashbl", "list" },
	{ "check_bayes", "classifier" },
	{ "check_classifier", "classifier" },
	{ "check_senders_reputation", "reputation" },
	{ "check_from_in_auto_w", "reputation" },
	{ "check_reputation", "reputation" },
	{ "check_campaign", "campaign" },
};

static struct sv
evidence_of_hit(json_t *hit)
{
	struct sv function = item_text(hit, "function");

	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
		if (sv_starts(function, sv_str(functions[i].start)))
			return sv_str(functions[i].evidence);
	return SV("rule");
}

/* Whether people's reports made the verdict what it is: the points alone
 * would not have. */
static bool
is_recognised(json_t *root)
{
	json_t *signals = json_object_get(root, "signals");
	struct sv state =
	    item_text(json_object_get(signals, "recognition"), "state");
	double score = json_number_value(json_object_get(root, "score"));
	double threshold =
	    json_number_value(json_object_get(root, "threshold"));

	return (sv_eq(state, SV("suspected")) || sv_eq(state, SV("spam"))) &&
	       score < threshold;
}

struct sv
item_evidence(json_t *root)
{
	json_t *hits = json_object_get(root, "hits"), *hit;
	struct sv evidence = SV("none");
	double most = 0;
	size_t at;

	if (is_recognised(root))
		return SV("feedback");
	json_array_foreach (hits, at, hit) {
		double score = json_number_value(json_object_get(hit, "score"));

		if (score > most) {
			most = score;
			evidence = evidence_of_hit(hit);
		}
	}
	return evidence;
}

/* ---- route ---- */

/* Whether a name is made of the address, as those of dial-up pools are: three
 * of its four numbers stand in it. */
static bool
is_generic(struct sv name, struct sv address)
{
	struct ip ip;
	int found = 0;

	if (ip_parse(address, &ip) || !ip_is_v4(&ip))
		return false;
	for (int octet = 12; octet < 16; octet++) {
		for (size_t i = 0; i < name.n; i++) {
			size_t end = i;
			uint64_t number;

			while (end < name.n && sv_is_digit(name.p[end]))
				end++;
			if (end > i && sv_u64(sv_sub(name, i, end), &number) &&
			    number == ip.bytes[octet]) {
				found++;
				break;
			}
			i = end;
		}
	}
	return found >= 3;
}

static struct sv
route_of_client(json_t *root, json_t *envelope)
{
	json_t *facts = json_object_get(root, "facts");
	json_t *client = json_object_get(facts, "client");
	struct sv name = item_text(client, "name");
	struct sv arc = item_text(json_object_get(facts, "arc"), "result");

	if (sv_eq(arc, SV("pass")))
		return SV("forwarded");
	if (!client)
		return SV("unknown");
	if (name.n == 0 || !sv_eq(item_text(client, "iprev"), SV("pass")))
		return SV("no_name");
	return is_generic(name, item_text(envelope, "client_ip"))
	           ? SV("generic_name")
	           : SV("named");
}

struct sv
item_route(json_t *root)
{
	json_t *envelope = json_object_get(root, "envelope");
	struct sv channel = item_text(root, "channel");

	if (sv_eq(channel, SV("http")))
		return SV("api");
	if (!sv_eq(channel, SV("smtp")))
		return SV("unknown");
	if (item_text(envelope, "auth_user").n)
		return SV("authenticated");
	if (json_is_true(json_object_get(envelope, "is_local")))
		return SV("local");
	return route_of_client(root, envelope);
}
