/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/authres_field.h"

enum { ARC_INSTANCE_MAX = 50 };

/* The registry of RFC 8601 section 6, and what is met besides. "TYPE.*" is any
 * property of that type. */
static const struct method {
	const char *name, *results, *properties;
} methods[AUTHRES_METHODS] = {
	{ "arc", "fail none pass",
	  "smtp.remote-ip header.oldest-pass arc.chain" },
	{ "auth", "fail none pass permerror temperror",
	  "smtp.auth smtp.mailfrom" },
	{ "dkim", "fail neutral none pass permerror policy temperror",
	  "header.d header.i header.b header.a header.s" },
	{ "dkim-adsp",
	  "discard fail none nxdomain pass permerror temperror unknown",
	  "header.from" },
	{ "dkim-atps", "fail none pass permerror temperror neutral",
	  "header.from" },
	{ "dmarc", "bestguesspass fail none pass permerror temperror",
	  "header.from policy.dmarc" },
	{ "dnswl", "none pass permerror temperror",
	  "dns.zone dns.sec policy.ip policy.txt" },
	{ "domainkeys", "fail neutral none permerror policy pass temperror",
	  "header.d header.from header.sender" },
	{ "iprev", "fail pass permerror temperror", "policy.iprev" },
	{ "rrvs", "fail none pass permerror temperror unknown", "smtp.rcptto" },
	{ "sender-id",
	  "fail hardfail neutral none pass permerror policy softfail "
	  "temperror",
	  "header.*" },
	{ "smime", "fail neutral none pass permerror policy temperror",
	  "body.smime-part body.smime-identifer body.smime-serial "
	  "body.smime-issuer" },
	{ "spf",
	  "fail hardfail neutral none pass permerror policy softfail "
	  "temperror",
	  "smtp.mailfrom smtp.mfrom smtp.helo smtp.rcpttodomain" },
	{ "vbr", "fail none pass permerror temperror", "header.md header.mv" },
};

const char *
authres_method(size_t index)
{
	return methods[index].name;
}

size_t
authres_method_find(struct sv name)
{
	size_t i = 0;

	while (i < AUTHRES_METHODS && !sv_ieq_str(name, methods[i].name))
		i++;
	return i;
}

/* ---- pieces ---- */

static bool
is_word_char(char c)
{
	return sv_is_alnum(c) || c == '_';
}

static bool
is_key_char(char c)
{
	return is_word_char(c) || c == '-';
}

static bool
is_token_char(char c)
{
	return (unsigned char)c > ' ' && (unsigned char)c < 0x80 &&
	       !strchr("()<>@,;:/[]?=\"", c);
}

static bool
is_atom_char(char c)
{
	return sv_is_alnum(c) || (c && strchr("@!#$%&\\'*+-/=?^_`{|}~", c));
}

static struct sv
cut(struct sv *s, bool (*is_part)(char c))
{
	size_t n = 0;
	struct sv piece;

	while (n < s->n && is_part(s->p[n]))
		n++;
	piece = sv_sub(*s, 0, n);
	*s = sv_from(*s, n);
	return piece;
}

static bool
cut_char(struct sv *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = sv_from(*s, 1);
	return true;
}

/* A word of its own, in any case. */
static bool
cut_keyword(struct sv *s, struct sv word)
{
	if (!sv_istarts(*s, word) ||
	    (s->n > word.n && is_word_char(s->p[word.n])))
		return false;
	*s = sv_from(*s, word.n);
	return true;
}

static void
skip_space(struct sv *s)
{
	cut(s, sv_is_space);
}

/* White space, with one comment; false: the comment does not end. */
static bool
skip(struct sv *s)
{
	size_t depth = 0, n = 0;

	skip_space(s);
	if (s->n == 0 || s->p[0] != '(')
		return true;
	do {
		if (n == s->n)
			return false;
		depth += s->p[n] == '(';
		depth -= s->p[n] == ')';
	} while (n++, depth);
	*s = sv_from(*s, n);
	skip_space(s);
	return true;
}

static bool
skip_past(struct sv *s, char c)
{
	return skip(s) && cut_char(s, c) && skip(s);
}

/* In quotes, of which the last may be missing. */
static bool
cut_quoted(struct sv *s)
{
	size_t n = 1;

	if (s->n == 0 || s->p[0] != '"')
		return false;
	while (n < s->n && s->p[n] != '"')
		n += s->p[n] == '\\' ? 2 : 1;
	*s = sv_from(*s, n + 1);
	return true;
}

/* How long a run of atoms with dots between them is. */
static size_t
atoms_bytes(struct sv s)
{
	size_t n = 0;

	while (n < s.n && (is_atom_char(s.p[n]) ||
	                   (s.p[n] == '.' && n > 0 && s.p[n - 1] != '.' &&
	                    n + 1 < s.n && is_atom_char(s.p[n + 1]))))
		n++;
	return n;
}

static bool
ends_value(struct sv s, size_t n)
{
	return n && (n >= s.n || sv_is_space(s.p[n]) || s.p[n] == ';');
}

/* The value of a property: what is none in front of it is passed over. */
static bool
cut_value(struct sv *s)
{
	if (cut_quoted(s))
		return true;
	while (s->n) {
		struct sv rest = *s;
		size_t atoms = atoms_bytes(*s), token;

		cut(&rest, is_token_char);
		token = s->n - rest.n;
		if (ends_value(*s, atoms) || ends_value(*s, token)) {
			*s = sv_from(*s, ends_value(*s, atoms) ? atoms : token);
			return true;
		}
		token = token > atoms ? token : atoms;
		*s = sv_from(*s, token ? token : 1);
	}
	return false;
}

/* Of a reason or an action. */
static bool
cut_words(struct sv *s)
{
	if (cut_quoted(s))
		return true;
	while (s->n && !is_token_char(s->p[0]))
		*s = sv_from(*s, 1);
	return cut(s, is_token_char).n > 0;
}

/* ---- parts of a field ---- */

static bool
is_listed(const char *list, struct sv word)
{
	struct sv rest = sv_str(list), one;

	while (sv_word(&rest, &one))
		if (sv_eq(one, word))
			return true;
	return false;
}

/* "i=1;" of an ARC set */
static const char *
read_instance(struct sv *s)
{
	struct sv digits;
	uint64_t n;

	if (!cut_keyword(s, SV("i")) || !skip_past(s, '='))
		return "missing arc index";
	digits = cut(s, sv_is_digit);
	if (!sv_u64(digits, &n) || n < 1 || n > ARC_INSTANCE_MAX)
		return "invalid arc index";
	return skip_past(s, ';') ? NULL : "missing delimiter";
}

static const char *
read_authserv(struct sv *s, bool is_arc, struct authres_field *ret)
{
	const char *wrong = is_arc ? read_instance(s) : NULL;

	if (wrong)
		return wrong;
	ret->authserv = cut(s, is_token_char);
	if (ret->authserv.n == 0)
		return "invalid authserv";
	if (s->n && s->p[0] == '=') {
		ret->authserv = SV_NONE;
		return "missing authserv";
	}
	return NULL;
}

/* "reason=..." or "action=..." */
static bool
read_remark(struct sv *s, struct sv word)
{
	return !cut_keyword(s, word) ||
	       (skip_past(s, '=') && cut_words(s) && skip(s));
}

static bool
is_property(const struct method *m, struct sv type, struct sv property)
{
	struct sv rest = sv_str(m->properties), one, known;

	while (sv_word(&rest, &one)) {
		sv_split(&one, '.', &known);
		if (sv_ieq(known, type) &&
		    (sv_eq_str(one, "*") || sv_ieq(one, property)))
			return true;
	}
	return false;
}

/* "ptype.property=value ..." up to a ";" */
static const char *
read_properties(struct sv *s, const struct method *m)
{
	while (s->n) {
		struct sv type, property;

		if (cut_char(s, ';'))
			return skip(s) ? NULL : "comment not ended";
		type = cut(s, is_key_char);
		if (type.n == 0 || !skip_past(s, '.'))
			return "invalid property";
		property = cut(s, is_key_char);
		if (!is_property(m, type, property))
			return "unknown property";
		if (!skip_past(s, '=') || !cut_value(s) || !skip(s))
			return "invalid value of a property";
	}
	return NULL;
}

/* "method/version=result", and what stands behind it */
static const char *
read_result(struct sv *s, struct authres_field *ret)
{
	struct authres_result *r = &ret->results[ret->n];
	struct sv name;

	name = cut(s, is_key_char);
	if (name.n == 0)
		return "invalid method";
	r->method = authres_method_find(name);
	if (r->method == AUTHRES_METHODS)
		return "unknown method";
	if (!skip(s))
		return "comment not ended";
	if (cut_char(s, '/') &&
	    (!skip(s) || cut(s, sv_is_digit).n == 0 || !skip(s)))
		return "invalid version of a method";
	if (!skip_past(s, '='))
		return "missing result";
	r->value = cut(s, is_word_char);
	if (!is_listed(methods[r->method].results, r->value))
		return "unknown result";
	if (!skip(s))
		return "comment not ended";
	ret->n++;
	if (!read_remark(s, SV("reason")) || !read_remark(s, SV("action")))
		return "invalid reason or action";
	return read_properties(s, &methods[r->method]);
}

const char *
authres_read_authserv(struct sv text, bool is_arc, struct authres_field *ret)
{
	*ret = (struct authres_field){ .n = 0 };
	return read_authserv(&text, is_arc, ret);
}

const char *
authres_read(struct sv text, bool is_arc, struct authres_field *ret)
{
	const char *wrong;
	struct sv s = text;

	*ret = (struct authres_field){ .n = 0 };
	wrong = read_authserv(&s, is_arc, ret);
	if (wrong)
		return wrong;
	if (!skip(&s) || (cut(&s, sv_is_digit).n && !skip(&s)))
		return "comment not ended";
	if (!skip_past(&s, ';'))
		return "missing delimiter";
	while (s.n && !wrong) {
		struct sv again = s;

		/* some say twice who they are */
		if (sv_ieq(cut(&again, is_token_char), ret->authserv) &&
		    skip_past(&again, ';'))
			s = again;
		if (cut_keyword(&s, SV("none")))
			return "method none";
		wrong = ret->n == AUTHRES_RESULTS_MAX ? "too many results"
		                                      : read_result(&s, ret);
	}
	return wrong;
}
