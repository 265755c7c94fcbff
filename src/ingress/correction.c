/* SPDX-License-Identifier: Apache-2.0 */
#include "ingress/correction.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/log.h"
#include "ingress/json_member.h"

enum { OPS_MAX = 4 };
#define DAY_MS ((int64_t)86400000)

/* 122 bits of the digest as an UUID of version 8 (RFC 9562 section 5.8). */
void
correction_identify(struct correction *c, struct sv cause)
{
	char digest[DIGEST_TEXT];
	struct buf text = BUF_INIT(1000);

	buf_addf(&text, SV_FMT ":" SV_FMT ":" SV_FMT, SV_ARG(c->ref),
	         SV_ARG(c->to), SV_ARG(cause));
	digest_sha256(buf_sv(&text), digest);
	snprintf(c->id, sizeof c->id, "%.8s-%.4s-8%.3s-8%.3s-%.12s", digest,
	         digest + 8, digest + 12, digest + 15, digest + 18);
	buf_done(&text);
}

void
correction_write(const struct correction *c, struct buf *out)
{
	struct json j = json_start(out);
	char time[CLOCK_TEXT];

	json_begin_object(&j, NULL);
	json_text(&j, "v", "1");
	json_text(&j, "kind", "correction");
	json_text(&j, "id", c->id);
	json_str(&j, "ref", c->ref);
	json_text(&j, "time", clock_text(c->unix_ms, time));
	json_str(&j, "node", c->node);
	json_str(&j, "channel", c->channel);
	json_str(&j, "surface", c->surface);
	if (c->site.n)
		json_str(&j, "site", c->site);
	if (c->item.n)
		json_str(&j, "item", sv_sub(c->item, 0, CORRECTION_ITEM_MAX));
	json_str(&j, "from", c->from);
	json_str(&j, "to", c->to);
	json_str(&j, "by", c->by);
	json_end(&j);
}

static int
read_object(json_t *root, struct arena *a, struct correction *ret)
{
	struct sv id = json_member(root, "id", a);

	*ret = (struct correction){
		.ref = json_member(root, "ref", a),
		.node = json_member(root, "node", a),
		.channel = json_member(root, "channel", a),
		.surface = json_member(root, "surface", a),
		.site = json_member(root, "site", a),
		.item = json_member(root, "item", a),
		.from = json_member(root, "from", a),
		.to = json_member(root, "to", a),
		.by = json_member(root, "by", a),
	};
	if (!sv_eq(json_member(root, "kind", a), SV("correction")) ||
	    !uuid_valid(id) || !uuid_valid(ret->ref) ||
	    clock_parse(json_member(root, "time", a), &ret->unix_ms))
		return E_SYNTAX;
	memcpy(ret->id, id.p, sizeof ret->id);
	return 0;
}

int
correction_read(struct sv json, struct arena *a, struct correction *ret)
{
	json_t *root = json_loadb(json.p, json.n, JSON_ALLOW_NUL, NULL);
	int result = root ? read_object(root, a, ret) : E_SYNTAX;

	json_decref(root);
	return result;
}

int
correction_tell(struct store *store, struct spool *spool,
                const struct correction *c, const struct store_op *ops,
                size_t n)
{
	struct store_op all[OPS_MAX] = { 0 };
	struct buf text = BUF_INIT(CORRECTION_BYTES_MAX);
	int result;

	if (n >= OPS_MAX)
		return E_LIMIT;
	correction_write(c, &text);
	if (n)
		memcpy(all, ops, n * sizeof *ops);
	all[n] = (struct store_op){
		.kind = STORE_APPEND,
		.name = SV("change"),
		.id = sv_str(c->id),
		.value = buf_sv(&text),
	};
	result =
	    store_commit(store, &(struct store_batch){
				    .ops = all,
				    .n = n + 1,
				    .unix_ms = c->unix_ms,
				    .once = sv_str(c->id),
				    .once_expires_ms = c->unix_ms + 30 * DAY_MS,
				});
	if (result == 0 && spool && spool_append(spool, buf_sv(&text)))
		log_error(
		    "cannot write to the spool: the correction of id=" SV_FMT
		    " is not counted, nor announced",
		    SV_ARG(c->ref));
	buf_done(&text);
	return result;
}
