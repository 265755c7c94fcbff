/* SPDX-License-Identifier: Apache-2.0 */
#include "feedd/login.h"

#include <openssl/crypto.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "feedd/lang.h"

enum {
	SESSIONS_MAX = 1024, /* the one that ends first makes room */
	SESSION_S = 8 * 3600,
	ID_BYTES = 16,
	ID_TEXT = 2 * ID_BYTES + 1,
	TRIES_MAX = 10, /* that fail, of an address in an hour */
	PLACES = 1024,  /* of addresses; those that share one share its tries */
	HOUR_MS = 3600000,
	VALUE_MAX = 256,
};

struct session {
	char id[ID_TEXT]; /* "": none */
	char header[LOGIN_HEADER];
	int64_t end_ms;
};

struct tries {
	int64_t hour;
	unsigned n;
};

struct login {
	struct access *access;
	pthread_mutex_t lock; /* of everything below */
	struct session sessions[SESSIONS_MAX];
	struct tries tries[PLACES];
};

struct login *
login_new(struct access *access)
{
	struct login *l = mem_calloc(1, sizeof *l);

	l->access = access;
	pthread_mutex_init(&l->lock, NULL);
	return l;
}

void
login_free(struct login *l)
{
	if (!l)
		return;
	pthread_mutex_destroy(&l->lock);
	OPENSSL_cleanse(l, sizeof *l);
	free(l);
}

/* ---- sessions ---- */

static void
end_session(struct session *s)
{
	OPENSSL_cleanse(s, sizeof *s);
}

/* Every place is looked at, in the same time. */
static struct session *
find_session(struct login *l, const char *id, int64_t now_ms)
{
	struct session *found = NULL;

	if (!id || strlen(id) != ID_TEXT - 1)
		return NULL;
	for (size_t i = 0; i < SESSIONS_MAX; i++) {
		struct session *s = &l->sessions[i];

		if (*s->id && s->end_ms <= now_ms)
			end_session(s);
		if (CRYPTO_memcmp(s->id, id, ID_TEXT - 1) == 0)
			found = s;
	}
	return found;
}

bool
login_recall(struct login *l, const char *cookie, int64_t now_ms,
             char ret[LOGIN_HEADER])
{
	const struct session *s;

	*ret = '\0';
	if (!cookie)
		return false;
	pthread_mutex_lock(&l->lock);
	s = find_session(l, cookie, now_ms);
	if (s)
		memcpy(ret, s->header, LOGIN_HEADER);
	pthread_mutex_unlock(&l->lock);
	return s != NULL;
}

static void
make_id(char id[ID_TEXT])
{
	unsigned char bytes[ID_BYTES];

	if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
		abort(); /* never for so few */
	for (size_t i = 0; i < ID_BYTES; i++)
		snprintf(&id[2 * i], 3, "%02x", bytes[i]);
}

static void
begin_session(struct login *l, const char *header, int64_t now_ms,
              char ret_id[ID_TEXT])
{
	struct session *place = &l->sessions[0];

	make_id(ret_id);
	pthread_mutex_lock(&l->lock);
	for (size_t i = 1; i < SESSIONS_MAX; i++)
		if (l->sessions[i].end_ms < place->end_ms)
			place = &l->sessions[i];
	memcpy(place->id, ret_id, ID_TEXT);
	snprintf(place->header, sizeof place->header, "%s", header);
	place->end_ms = now_ms + (int64_t)SESSION_S * 1000;
	pthread_mutex_unlock(&l->lock);
}

/* ---- tries ---- */

/* Of an IPv6 network of 64 bits together. */
static struct tries *
tries_of(struct login *l, const char *address)
{
	struct ip ip = { { 0 } };

	if (ip_parse(sv_str(address), &ip) == 0 && !ip_is_v4(&ip))
		memset(&ip.bytes[8], 0, 8);
	return &l->tries[map_hash(
			     sv_make((const char *)ip.bytes, sizeof ip.bytes)) %
	                 PLACES];
}

/* Counts a try; false: there were too many. What is `good` is not counted. */
static bool
may_try(struct login *l, const char *address, int64_t now_ms, bool failed)
{
	struct tries *t;
	bool may;

	pthread_mutex_lock(&l->lock);
	t = tries_of(l, address);
	if (t->hour != now_ms / HOUR_MS)
		*t = (struct tries){ now_ms / HOUR_MS, 0 };
	may = t->n < TRIES_MAX;
	t->n += failed;
	pthread_mutex_unlock(&l->lock);
	return may;
}

/* ---- forms ---- */

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* As forms are sent: application/x-www-form-urlencoded. */
static void
decode(struct sv text, char out[VALUE_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < text.n && n < VALUE_MAX - 1; i++) {
		int high = i + 2 < text.n ? hex_digit(text.p[i + 1]) : -1;
		int low = i + 2 < text.n ? hex_digit(text.p[i + 2]) : -1;

		out[n] = text.p[i] == '+' ? ' ' : text.p[i];
		if (text.p[i] == '%' && high >= 0 && low >= 0) {
			out[n] = (char)(high << 4 | low);
			i += 2;
		}
		n++;
	}
	out[n] = '\0';
}

static void
read_field(struct sv body, struct sv name, char out[VALUE_MAX])
{
	*out = '\0';
	while (body.n) {
		size_t end = sv_find_char(body, '&');
		struct sv field =
		    end == SV_NOT_FOUND ? body : sv_sub(body, 0, end);
		size_t is = sv_find_char(field, '=');

		if (is != SV_NOT_FOUND && sv_eq(sv_sub(field, 0, is), name))
			decode(sv_from(field, is + 1), out);
		body = end == SV_NOT_FOUND ? SV_NONE : sv_from(body, end + 1);
	}
}

/* ---- signing in and out ---- */

static void
write_cookie(const struct site_request *q, const char *id, int max_age_s,
             char ret[LOGIN_SET_COOKIE])
{
	snprintf(ret, LOGIN_SET_COOKIE,
	         LOGIN_COOKIE "=%s; Path=/; Max-Age=%d; HttpOnly; "
	                      "SameSite=Strict%s",
	         id, max_age_s, q->is_secure ? "; Secure" : "");
}

static void
sign_out(struct login *l, const struct site_request *q, int64_t now_ms)
{
	struct session *s;

	pthread_mutex_lock(&l->lock);
	s = find_session(l, q->session, now_ms);
	if (s)
		end_session(s);
	pthread_mutex_unlock(&l->lock);
}

static enum login_answer
sign_in(struct login *l, const struct site_request *q, const char *token,
        int64_t now_ms, char ret_cookie[LOGIN_SET_COOKIE])
{
	char header[LOGIN_HEADER], id[ID_TEXT];
	struct asker asker;

	if (!may_try(l, q->address, now_ms, false))
		return LOGIN_TOO_MANY;
	snprintf(header, sizeof header, "Bearer %s", token);
	if (access_ask(l->access, header, now_ms, &asker) != TOKEN_GOOD) {
		may_try(l, q->address, now_ms, true);
		log_warning("sign-in refused from=%s",
		            *q->address ? q->address : "-");
		return LOGIN_WRONG;
	}
	begin_session(l, header, now_ms, id);
	write_cookie(q, id, SESSION_S, ret_cookie);
	log_info("signed in name=%s from=%s", asker.name,
	         *q->address ? q->address : "-");
	OPENSSL_cleanse(header, sizeof header);
	return LOGIN_DONE;
}

/* Who wrote the form is what browsers say; of others there is no cookie to
 * misuse. */
enum login_answer
login_post(struct login *l, const struct site_request *q, struct sv body,
           int64_t now_ms, char ret_cookie[LOGIN_SET_COOKIE],
           const char **ret_lang)
{
	char token[VALUE_MAX], action[VALUE_MAX], lang[VALUE_MAX];
	enum login_answer answer = LOGIN_DONE;

	read_field(body, SV("token"), token);
	read_field(body, SV("action"), action);
	read_field(body, SV("lang"), lang);
	*ret_lang =
	    lang_known(sv_str(lang)) ? lang_codes[lang_of(sv_str(lang))] : NULL;
	if (q->fetch_site && strcmp(q->fetch_site, "same-origin") != 0)
		return LOGIN_ELSEWHERE;
	if (strcmp(action, "out") == 0) {
		sign_out(l, q, now_ms);
		write_cookie(q, "", 0, ret_cookie);
	} else {
		answer = sign_in(l, q, token, now_ms, ret_cookie);
	}
	OPENSSL_cleanse(token, sizeof token);
	return answer;
}
