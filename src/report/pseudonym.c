/* SPDX-License-Identifier: Apache-2.0 */
#include "report/pseudonym.h"

#include <errno.h>
#include <stdio.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "record/event.h"

enum { KEY_PATH = 4200, EPOCH_BYTES = 7, ADDRESS_MAX = 1000 };

static int
make_key(const char *path)
{
	unsigned char bytes[DIGEST_BYTES];

	if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
		return E_IO;
	return file_replace(path, sv_make((const char *)bytes, sizeof bytes),
	                    0600);
}

int
pseudonym_key_load(const struct conf *conf, struct pseudonym_key *ret)
{
	struct buf text = BUF_INIT(2 * DIGEST_BYTES);
	char path[KEY_PATH];
	int result;

	snprintf(path, sizeof path, "%s/pseudonym.key", conf->tamisd.state_dir);
	result = file_read(path, &text);
	if (result == E_IO && errno == ENOENT && make_key(path) == 0)
		result = file_read(path, &text);
	if (result == 0 && text.n != DIGEST_BYTES)
		result = E_SYNTAX;
	if (result == 0)
		memcpy(ret->bytes, text.p, DIGEST_BYTES);
	buf_done(&text);
	return result;
}

/* The kind goes in, so that a domain and an address never look alike. */
static struct sv
digest_of(struct sv key, const char *kind, struct sv value,
          char text[PSEUDONYM_TEXT])
{
	struct buf data = BUF_INIT(ADDRESS_MAX);
	unsigned char digest[DIGEST_BYTES];

	if (value.n == 0 || key.n == 0)
		return SV("");
	buf_addf(&data, "%s:", kind);
	for (size_t i = 0; i < value.n; i++)
		buf_add_char(&data, sv_lower_char(value.p[i]));
	digest_hmac(key, buf_sv(&data), digest);
	buf_done(&data);
	return sv_str(pseudonym_text(digest, text));
}

static struct sv
domain_of(struct sv address)
{
	for (size_t i = address.n; i > 0; i--)
		if (address.p[i - 1] == '@')
			return sv_from(address, i);
	return SV("");
}

/* The key of a month, named by the first bytes of its time. */
struct month {
	char time[CLOCK_TEXT];
	unsigned char key[DIGEST_BYTES];
};

static struct sv
find_month(const struct pseudonym_key *key, int64_t unix_ms, struct month *m)
{
	struct sv secret = sv_make((const char *)key->bytes, DIGEST_BYTES);

	clock_text(unix_ms, m->time);
	digest_hmac(secret, sv_make(m->time, EPOCH_BYTES), m->key);
	return sv_make((const char *)m->key, DIGEST_BYTES);
}

struct sv
pseudonym_campaign(const struct pseudonym_key *key, const struct item *item,
                   char *text)
{
	struct month m;

	return digest_of(find_month(key, item->unix_ms, &m), "campaign",
	                 item->campaign, text);
}

json_t *
pseudonym_event(const struct pseudonym_key *key, const struct item *item)
{
	char client[PSEUDONYM_TEXT], sender[PSEUDONYM_TEXT],
	    domain[PSEUDONYM_TEXT], id[PSEUDONYM_TEXT];
	struct month m;
	struct sv secret = SV_NONE;
	struct event e = { .key_epoch = SV_NONE };

	if (key)
		secret = find_month(key, item->unix_ms, &m);
	else
		clock_text(item->unix_ms, m.time);
	e.key_epoch = sv_make(m.time, EPOCH_BYTES);
	e.id = digest_of(secret, "id",
	                 item->kind == ITEM_VERDICT ? item->id : item->ref, id);
	if (item->kind == ITEM_FEEDBACK) {
		e.feedback = &item->feedback;
		return event_new(&e);
	}
	if (item->kind == ITEM_CORRECTION) {
		e.correction = &item->correction;
		return event_new(&e);
	}
	e.item = &item->counted;
	e.client = digest_of(secret, "client", item->client_ip, client);
	e.sender = digest_of(secret, "sender", item->from, sender);
	e.sender_domain =
	    digest_of(secret, "domain", domain_of(item->from), domain);
	return event_new(&e);
}
