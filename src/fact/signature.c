/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/signature.h"

#include "fact/domain.h"

enum {
	COVERED_MAX = 500, /* names in h= */
	SHA256_BYTES = 32,
	LENGTH_DIGITS_MAX = 76, /* of l=: RFC 6376 section 3.5 */
	/* How far ahead of ours a signer's clock may be. */
	CLOCK_ERROR_S = 24 * 3600,
};

static const char *const algorithm_words[DKIM_ALGORITHM_COUNT] = {
	[DKIM_RSA_SHA256] = "rsa-sha256",
	[DKIM_RSA_SHA1] = "rsa-sha1",
	[DKIM_ED25519_SHA256] = "ed25519-sha256",
};

const char *
dkim_algorithm_word(enum dkim_algorithm a)
{
	return a < DKIM_ALGORITHM_COUNT ? algorithm_words[a] : "";
}

void
signature_say(struct dkim_signature *s, enum dkim_status status,
              const char *reason)
{
	s->status = status;
	s->reason = reason;
}

/* What a signature is being made of. Each of the functions below reads some
 * tags and returns what is wrong with them, or NULL. */
struct reading {
	struct signed_mail *mail;
	const struct conf_dkim *conf;
	int64_t now_s;
	struct dkim_signature *s;
	struct dkim_work *w;
};

static struct sv
get(const struct reading *r, const char *name)
{
	return tags_get(&r->w->tags, name);
}

static bool
has(const struct reading *r, const char *name)
{
	return tags_find(&r->w->tags, name) != NULL;
}

/* ---- tags ---- */

static const char *
read_presence(const struct reading *r)
{
	static const char *const needed[] = {
		[SIGNATURE_DKIM] = "v a b bh d h s",
		[SIGNATURE_ARC_MESSAGE] = "i a b bh d h s",
		[SIGNATURE_ARC_SEAL] = "i a b cv d s",
	};
	struct sv rest = sv_str(needed[r->w->kind]), name;

	while (sv_word(&rest, &name)) {
		char text[3] = "";

		memcpy(text, name.p, name.n);
		if (get(r, text).n == 0)
			return "a tag that is needed is missing";
	}
	if (r->w->kind == SIGNATURE_DKIM && !sv_eq_str(get(r, "v"), "1"))
		return "it is of another version";
	if (r->w->kind == SIGNATURE_ARC_SEAL && has(r, "h"))
		return "h= may not be there";
	return NULL;
}

static const char *
read_algorithm(const struct reading *r)
{
	int a = 0;

	while (a < DKIM_ALGORITHM_COUNT &&
	       !sv_ieq_str(get(r, "a"), algorithm_words[a]))
		a++;
	r->s->algorithm = (enum dkim_algorithm)a;
	return a < DKIM_ALGORITHM_COUNT ? NULL : "the algorithm is unknown";
}

static const char *
read_data(const struct reading *r)
{
	struct arena *a = r->mail->arena;

	r->s->signature = tag_without_space(a, get(r, "b"));
	if (!tag_base64(a, get(r, "b"), &r->w->bytes))
		return "b= is not base64";
	if (r->w->kind == SIGNATURE_ARC_SEAL)
		return NULL;
	if (!tag_base64(a, get(r, "bh"), &r->w->body_sha256))
		return "bh= is not base64";
	return NULL;
}

/* Undoes the quoting of i= (RFC 6376 section 2.11). */
static struct sv
unquote(struct arena *a, struct sv text)
{
	char *out = arena_str(a, text);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		int high = -1, low = -1;

		if (sv_is_space(text.p[i]))
			continue;
		if (text.p[i] == '=' && i + 2 < text.n) {
			high = sv_hex_value(text.p[i + 1]);
			low = sv_hex_value(text.p[i + 2]);
		}
		out[n++] =
		    low < 0 || high < 0 ? text.p[i] : (char)(high * 16 + low);
		i += low < 0 || high < 0 ? 0 : 2;
	}
	return sv_make(out, n);
}

static const char *
read_identity(const struct reading *r)
{
	struct dkim_signature *s = r->s;
	struct sv domain;
	size_t at;

	if (r->w->kind != SIGNATURE_DKIM || !has(r, "i")) {
		s->identity = ARENA_JOIN(r->mail->arena, SV("@"), s->domain);
		return NULL;
	}
	s->identity = unquote(r->mail->arena, get(r, "i"));
	for (at = s->identity.n; at && s->identity.p[at - 1] != '@';)
		at--;
	if (!at ||
	    !domain_read(r->mail->arena, sv_from(s->identity, at), &domain))
		return "i= is no address";
	if (!domain_is_below(domain, s->domain))
		return "i= is not of the domain of d=";
	return NULL;
}

static const char *
read_names(const struct reading *r)
{
	struct arena *a = r->mail->arena;
	struct sv selector;

	if (!domain_read(a, get(r, "d"), &r->s->domain))
		return "d= is no domain";
	if (!domain_read(a, get(r, "s"), &selector))
		return "s= is no selector";
	r->s->selector = get(r, "s");
	if (!dns_name(a,
	              ARENA_JOIN(a, selector, SV("._domainkey."), r->s->domain),
	              &r->w->question))
		return "the name of the key is too long";
	return read_identity(r);
}

static bool
read_form(struct sv word, bool *ret_is_relaxed)
{
	*ret_is_relaxed = sv_ieq_str(word, "relaxed");
	return *ret_is_relaxed || sv_ieq_str(word, "simple");
}

static const char *
read_forms(const struct reading *r)
{
	struct sv rest = get(r, "c"), header = SV("simple");
	struct sv body = SV("simple");

	if (r->w->kind != SIGNATURE_DKIM)
		header = body = SV("relaxed");
	if (has(r, "c")) {
		body = SV("simple");
		sv_split(&rest, '/', &header);
		if (rest.p)
			body = rest;
	}
	if (!read_form(header, &r->s->is_header_relaxed) ||
	    !read_form(body, &r->s->is_body_relaxed))
		return "the canonicalization is unknown";
	return NULL;
}

static const char *
read_covered(const struct reading *r)
{
	struct sv rest = get(r, "h"), name;
	struct sv *list;
	bool has_from = false;
	size_t n = 0, max = sv_count(rest, ':') + 1;

	if (max > COVERED_MAX)
		return "there are too many names in h=";
	list = ARENA_ARRAY(r->mail->arena, struct sv, max);
	while (tag_next(&rest, &name)) {
		if (name.n == 0)
			return "h= has an empty name";
		if (r->w->kind == SIGNATURE_ARC_MESSAGE &&
		    sv_ieq_str(name, "ARC-Seal"))
			return "a seal may not be covered";
		has_from |= sv_ieq_str(name, "From");
		list[n++] = name;
	}
	r->s->covered = list;
	r->s->n_covered = n;
	return has_from ? NULL : "From is not covered";
}

static const char *
read_length(const struct reading *r)
{
	struct sv digits = get(r, "l");

	if (!has(r, "l"))
		return NULL;
	while (digits.n > 1 && digits.p[0] == '0')
		digits = sv_from(digits, 1);
	if (get(r, "l").n > LENGTH_DIGITS_MAX || !sv_u64(digits, &r->s->length))
		return "l= is no length";
	r->s->has_length = true;
	return NULL;
}

static bool
read_time(const struct reading *r, const char *name, int64_t *ret)
{
	uint64_t value;

	if (!has(r, name))
		return true;
	if (!sv_u64(get(r, name), &value))
		return false;
	/* Times of a far future are all the same (12 digits count: RFC 6376
	 * section 3.5). */
	*ret = value > 999999999999 ? 999999999999 : (int64_t)value;
	return true;
}

static const char *
read_times(const struct reading *r)
{
	if (!read_time(r, "t", &r->s->signed_s))
		return "t= is no time";
	if (!read_time(r, "x", &r->s->expires_s))
		return "x= is no time";
	if (has(r, "x") && has(r, "t") && r->s->expires_s < r->s->signed_s)
		return "it expires before it was signed";
	r->s->is_expired = has(r, "x") && r->s->expires_s < r->now_s;
	return NULL;
}

static const char *
read_query(const struct reading *r)
{
	if (has(r, "q") && !tag_has(get(r, "q"), "dns/txt"))
		return "the key is to be had in an unknown way";
	return NULL;
}

/* ---- */

static const struct {
	const char *(*read)(const struct reading *r);
	bool of_seals;
	enum dkim_status otherwise;
} steps[] = {
	{ read_presence, true, DKIM_PERMERROR },
	{ read_algorithm, true, DKIM_PERMERROR },
	{ read_data, true, DKIM_NEUTRAL },
	{ read_names, true, DKIM_NEUTRAL },
	{ read_forms, false, DKIM_PERMERROR },
	{ read_covered, false, DKIM_PERMERROR },
	{ read_length, false, DKIM_NEUTRAL },
	{ read_times, false, DKIM_NEUTRAL },
	{ read_query, false, DKIM_PERMERROR },
};

/* The value of b= with all that stands between "=" and ";". */
static struct sv
find_hole(const struct mail_field *f, const struct tag *b)
{
	size_t begin = (size_t)(b->value.p - f->value.p);
	size_t end = begin + b->value.n;

	while (f->value.p[begin - 1] != '=')
		begin--;
	while (end < f->value.n && f->value.p[end] != ';')
		end++;
	return sv_sub(f->value, begin, end);
}

/* What is known without the key and the body. */
static void
judge_reading(const struct reading *r)
{
	if (r->s->algorithm == DKIM_RSA_SHA1)
		signature_say(r->s, DKIM_POLICY, "rsa-sha1 is not secure");
	else if (r->w->kind == SIGNATURE_ARC_SEAL)
		return;
	else if (r->w->body_sha256.n != SHA256_BYTES)
		signature_say(r->s, DKIM_NEUTRAL, "bh= is no SHA-256");
	else if (r->mail->is_cut)
		signature_say(r->s, DKIM_POLICY, "the header is too large");
	else if (r->w->kind != SIGNATURE_DKIM)
		return;
	else if (r->s->is_expired)
		signature_say(r->s, DKIM_FAIL, "it has expired");
	else if (r->s->signed_s > r->now_s + CLOCK_ERROR_S)
		signature_say(r->s, DKIM_POLICY, "it is of the future");
}

void
signature_read(struct signed_mail *mail, struct mail_field *field,
               enum signature_kind kind, const struct conf_dkim *conf,
               int64_t now_s, struct dkim_signature *ret)
{
	struct dkim_work *w = ARENA_NEW(mail->arena, struct dkim_work);
	struct reading r = { mail, conf, now_s, ret, w };

	*ret = (struct dkim_signature){ .reason = "", .work = w };
	ret->algorithm = DKIM_ALGORITHM_COUNT;
	ret->is_header_relaxed = kind == SIGNATURE_ARC_SEAL;
	w->kind = kind;
	w->field = field;
	if (tags_read(field->value, &w->tags)) {
		signature_say(ret, DKIM_NEUTRAL, "it cannot be read");
		return;
	}
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		const char *wrong = NULL;

		if (steps[i].of_seals || kind != SIGNATURE_ARC_SEAL)
			wrong = steps[i].read(&r);
		if (wrong) {
			signature_say(ret, steps[i].otherwise, wrong);
			return;
		}
	}
	w->hole = find_hole(field, tags_find(&w->tags, "b"));
	judge_reading(&r);
	if (kind != SIGNATURE_ARC_SEAL && ret->status == DKIM_NONE)
		w->digest = signed_mail_want(mail, ret->is_body_relaxed,
		                             ret->has_length ? ret->length
		                                             : UINT64_MAX);
}
