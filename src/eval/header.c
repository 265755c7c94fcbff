/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin HeaderEval: senders, recipients, subjects, identifiers. */
#include "eval/header.h"

#include <math.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "eval/parts.h"
#include "message/url.h"

static bool
is_word(char c)
{
	return sv_is_alnum(c) || c == '_';
}

static bool
is_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* ---- characters ---- */

static bool
is_control(unsigned char c)
{
	return c < 0x20 && c != '\t' && c != '\n' && c != '\r';
}

static bool
is_blank(struct sv s)
{
	return sv_trim(s).n == 0;
}

/* Well-formed UTF-8 beyond ASCII, without controls, is all right. */
static bool
is_clean_utf8(struct sv s)
{
	bool has_high = false;

	for (size_t i = 0; i < s.n; i++) {
		if (is_control((unsigned char)s.p[i]))
			return false;
		has_high |= (unsigned char)s.p[i] >= 0x80;
	}
	return has_high && utf8_valid(s);
}

/* check_illegal_chars: bytes that should have been encoded, as a share of all
 * and as a number. One sign of money or trade in a subject is let pass. */
static bool
illegal_chars(struct eval_job *job, const struct eval_call *call)
{
	struct sv s = eval_selected(job, call->selector);
	size_t illegal = 0, exempt = 0;

	if (is_blank(s) || is_clean_utf8(s))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		illegal += is_control(c) || c >= 0x7f;
		exempt += c == 0xa2 || c == 0xa3 || c == 0xae;
	}
	if (exempt == 1 && sv_ieq_str(sv_str(call->selector->name), "Subject"))
		illegal--;
	return (double)illegal / (double)s.n >= call->args[1].number &&
	       (double)illegal >= call->args[2].number;
}

/* check_for_faraway_charset_in_headers */
static bool
faraway_headers(struct eval_job *job, const struct eval_call *call)
{
	static const char *const names[] = { "From:raw", "Subject:raw" };

	(void)call;
	for (int i = 0; i < 2 && !eval_any_charset(job->settings); i++) {
		struct sv s = eval_header(job, names[i]), charset;
		size_t at;

		while ((at = sv_find(s, SV("=?"))) != SV_NOT_FOUND) {
			s = sv_from(s, at + 2);
			at = sv_find_char(s, '?');
			charset = sv_sub(s, 0, at);
			if (at == SV_NOT_FOUND || at + 2 >= s.n ||
			    s.p[at + 2] != '?')
				continue;
			if (!eval_charset_is_ok(job->settings, charset))
				return true;
			s = sv_from(s, at + 3);
			at = sv_find(s, SV("?="));
			s = sv_from(s, at == SV_NOT_FOUND ? 0 : at + 2);
		}
	}
	return false;
}

/* ---- subjects ---- */

/* Cuts "Re: Fwd: " off the front. */
static struct sv
without_reply_marks(struct sv s)
{
	static const char *const marks[] = { "Re:",      "Fwd:", "Fw:", "Aw:",
		                             "Antwort:", "WG:",  "SV:", "VB:",
		                             "VS:",      "VL:" };

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		if (!sv_istarts(s, sv_str(marks[i])))
			continue;
		s = sv_from(s, strlen(marks[i]));
		while (s.n && sv_is_space(s.p[0]))
			s = sv_from(s, 1);
		i = (size_t)-1; /* the next mark */
	}
	return s;
}

/* Whether an encoded word is in a charset without small letters. */
static bool
has_capital_charset(struct sv raw)
{
	size_t at;

	while ((at = sv_find(raw, SV("=?"))) != SV_NOT_FOUND) {
		raw = sv_from(raw, at + 2);
		at = sv_find_char(raw, '?');
		if (at != SV_NOT_FOUND &&
		    eval_charset_is_capital(sv_sub(raw, 0, at)))
			return true;
	}
	return false;
}

enum { CAPS_BYTES_MIN = 10 };

/* subject_is_all_caps */
static bool
all_caps(struct eval_job *job, const struct eval_call *call)
{
	struct sv s = without_reply_marks(sv_trim(eval_header(job, "Subject")));
	size_t letters = 0;
	bool has_space = false;

	(void)call;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		has_space |= sv_is_space(c);
		if (c >= 'a' && c <= 'z')
			return false;
		letters += c >= 'A' && c <= 'Z';
	}
	return has_space && letters && s.n >= CAPS_BYTES_MIN &&
	       !has_capital_charset(eval_header(job, "Subject:raw"));
}

static struct sv
without_line_end(struct sv s)
{
	return s.n && s.p[s.n - 1] == '\n' ? sv_sub(s, 0, s.n - 1) : s;
}

static struct sv
skip_spaces(struct sv s)
{
	while (s.n && sv_is_space(s.p[0]))
		s = sv_from(s, 1);
	return s;
}

static bool
is_stop(struct sv s)
{
	return s.n && strchr(",:;!?-", s.p[0]) && s.p[0];
}

/* "re: NAME", "fw: word NAME" */
static bool
is_reply_to(struct sv s, struct sv name)
{
	size_t n = 0;

	if (!sv_istarts(s, SV("re:")) && !sv_istarts(s, SV("fw:")))
		return false;
	s = skip_spaces(sv_from(s, 3));
	if (sv_ieq(s, name))
		return true;
	while (n < s.n && is_word(s.p[n]))
		n++;
	return n > 0 && n < s.n && sv_is_space(s.p[n]) &&
	       sv_ieq(skip_spaces(sv_from(s, n)), name);
}

/* "NAME, and more": the name as it is written */
static bool
is_addressed(struct sv s, struct sv name)
{
	if (!sv_starts(s, name))
		return false;
	s = skip_spaces(sv_from(s, name.n));
	return is_stop(s) && (s.n == 1 || sv_is_space(s.p[1]));
}

/* ", NAME!" */
static bool
is_called(struct sv s, struct sv name)
{
	if (s.n == 0 || s.p[0] != ',')
		return false;
	s = skip_spaces(sv_from(s, 1));
	return sv_istarts(s, name) && s.n == name.n + 1 &&
	       is_stop(sv_from(s, name.n));
}

/* Whether a text stands in another, from word boundary to word boundary. */
static bool
has_whole(struct sv text, struct sv part)
{
	size_t at = 0, found;

	while (part.n &&
	       (found = sv_ifind(sv_from(text, at), part)) != SV_NOT_FOUND) {
		size_t from = at + found, to = from + part.n;
		bool before = from > 0 && is_word(text.p[from - 1]);
		bool behind = to < text.n && is_word(text.p[to]);

		if (before != is_word(part.p[0]) &&
		    behind != is_word(part.p[part.n - 1]))
			return true;
		at = from + 1;
	}
	return false;
}

/* check_for_to_in_subject */
static bool
to_in_subject(struct eval_job *job, const struct eval_call *call)
{
	struct sv to = eval_header_first(job, "To:addr");
	struct sv s = without_line_end(eval_header(job, "Subject"));

	if (to.n == 0)
		return false;
	job->note = to;
	if (sv_eq_str(call->args[0].text, "address"))
		return has_whole(s, to);
	to = sv_sub(to, 0, sv_find_char(to, '@'));
	return sv_eq_str(call->args[0].text, "user") &&
	       (is_reply_to(s, to) || is_addressed(s, to) || sv_ieq(s, to) ||
	        is_called(s, to));
}

/* ---- senders ---- */

/* check_for_matching_env_and_hdr_from */
static bool
matching_from(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return sv_ieq(eval_header_first(job, "EnvelopeFrom:addr"),
	              eval_header_first(job, "From:addr"));
}

/* The last two labels of what stands behind the last "@". */
static struct sv
second_level(struct sv address)
{
	size_t at = address.n, dots = 0;

	while (at > 0 && address.p[at - 1] != '@')
		at--;
	if (at == 0)
		return SV("");
	address = sv_from(address, at);
	for (at = address.n; at > 0; at--)
		if (address.p[at - 1] == '.' && ++dots == 2)
			break;
	/* labels are not empty, and something stands before them */
	return at > 1 && !sv_starts(sv_from(address, at), SV(".")) &&
	               address.p[address.n - 1] != '.'
	           ? sv_from(address, at)
	           : address;
}

/* check_equal_from_domains: true when they differ */
static bool
from_domains_differ(struct eval_job *job, const struct eval_call *call)
{
	struct sv from = second_level(eval_header_first(job, "From:addr"));
	struct sv envelope =
	    second_level(eval_header_first(job, "EnvelopeFrom:addr"));

	(void)call;
	return from.n && envelope.n && !sv_ieq(from, envelope);
}

/* "SRS0=...": rewritten by a forwarder. */
static bool
is_rewritten(struct sv from)
{
	return sv_istarts(from, SV("SRS")) && from.n > 4 &&
	       sv_is_digit(from.p[3]) && strchr("=+-", from.p[4]);
}

/* check_ratware_envelope_from: the sender is made of the recipient, as
 * "domain.user@". */
static bool
ratware_envelope(struct eval_job *job, const struct eval_call *call)
{
	struct sv to = eval_lower(job, eval_header_first(job, "To:addr"));
	struct sv from =
	    eval_lower(job, eval_header_first(job, "EnvelopeFrom:addr"));
	size_t at = sv_find_char(to, '@'), found, end;
	struct sv user, domain;

	(void)call;
	if (from.n == 0 || at == SV_NOT_FOUND || at == 0 || at + 1 == to.n ||
	    is_rewritten(from))
		return false;
	user = sv_sub(to, 0, at);
	domain = url_domain(sv_from(to, at + 1));
	if (!url_host_is_known(domain))
		return false;
	for (size_t i = 0;
	     (found = sv_find(sv_from(from, i), domain)) != SV_NOT_FOUND;
	     i += found + 1) {
		end = i + found + domain.n + 1;
		if ((i + found == 0 || !is_word(from.p[i + found - 1])) &&
		    end < from.n && sv_starts(sv_from(from, end), user) &&
		    end + user.n < from.n && from.p[end + user.n] == '@')
			return true;
	}
	return false;
}

enum { RATWARE_LETTERS = 28 };

/* check_ratware_name_id: the address of the sender stands in the identifier,
 * behind many capital letters. */
static bool
ratware_name(struct eval_job *job, const struct eval_call *call)
{
	struct sv id = eval_header(job, "MESSAGEID"), address;
	struct sv from = eval_header(job, "From");
	size_t open = sv_find_char(id, '<'), n = 0, at;

	(void)call;
	if (open == SV_NOT_FOUND)
		return false;
	id = sv_from(id, open + 1);
	while (n < id.n && id.p[n] >= 'A' && id.p[n] <= 'Z')
		n++;
	if (n != RATWARE_LETTERS || n == id.n || id.p[n] != '.')
		return false;
	id = sv_from(id, n + 1);
	address = sv_sub(id, 0, sv_find_char(id, '>'));
	at = sv_find(from,
	             arena_printf(job->arena, "<" SV_FMT ">", SV_ARG(address)));
	if (address.n == 0 || address.n == id.n || at == SV_NOT_FOUND)
		return false;
	from = sv_trim(sv_sub(from, 0, at)); /* "NAME" before it */
	return from.n > 2 && from.p[from.n - 1] == '"' &&
	       from.p[from.n - 2] != '"' && memchr(from.p, '"', from.n - 1);
}

/* ---- recipients ---- */

enum {
	SORTED_MIN = 7,
	SIMILAR_MIN = 5,
	SIMILAR_BYTES = 2, /* of a name, that are compared */
	RECIPIENTS_MAX = 256,
};

struct recipients {
	bool is_sorted;
	double similar;
	struct sv list[RECIPIENTS_MAX], hosts[RECIPIENTS_MAX];
	size_t n;
};

static size_t
count_lines(struct sv s)
{
	return (s.n > 0) + sv_count(s, '\n');
}

static void
add_recipients(struct recipients *r, struct sv lines)
{
	struct sv line, last;

	while (r->n < RECIPIENTS_MAX && sv_split(&lines, '\n', &line)) {
		last = r->n ? r->list[r->n - 1] : SV("");
		if (line.n == 0 || sv_ieq(line, last))
			continue;
		r->list[r->n] = line;
		r->hosts[r->n++] =
		    sv_find_char(line, '@') == SV_NOT_FOUND
			? SV("")
			: sv_from(line, sv_find_char(line, '@') + 1);
	}
}

static bool
begin_alike(struct sv a, struct sv b)
{
	return sv_eq(sv_sub(a, 0, SIMILAR_BYTES), sv_sub(b, 0, SIMILAR_BYTES));
}

/* How many pairs begin with the same letters, in the name or the host. */
static double
similarity(const struct recipients *r)
{
	size_t hits = 0, pairs = r->n * (r->n - 1) / 2;

	for (size_t i = 0; i < r->n; i++)
		for (size_t k = i + 1; k < r->n; k++) {
			hits += begin_alike(r->list[i], r->list[k]);
			hits += begin_alike(r->hosts[i], r->hosts[k]) &&
			        !sv_eq(r->hosts[i], r->hosts[k]);
		}
	return (double)hits / (double)pairs;
}

/* HeaderEval::_check_recipients */
static const struct recipients *
recipients(struct eval_job *job)
{
	struct recipients *r = job->facts[FACTS_RECIPIENTS];
	struct sv to;

	if (r)
		return r;
	to = eval_header(job, "ToCc:addr");
	r = job->facts[FACTS_RECIPIENTS] =
	    ARENA_NEW(job->arena, struct recipients);
	add_recipients(r, to);
	if (count_lines(to) < SIMILAR_MIN)
		add_recipients(r, eval_header(job, "Bcc:addr"));
	r->is_sorted = r->n >= SORTED_MIN;
	for (size_t i = 1; i < r->n; i++)
		r->is_sorted &= sv_cmp(r->list[i - 1], r->list[i]) <= 0;
	if (r->n >= SIMILAR_MIN)
		r->similar = similarity(r);
	return r;
}

/* sorted_recipients */
static bool
recipients_sorted(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return recipients(job)->is_sorted;
}

/* similar_recipients */
static bool
recipients_similar(struct eval_job *job, const struct eval_call *call)
{
	double similar = recipients(job)->similar;

	return eval_at_least(call, 0, similar) && eval_below(call, 1, similar);
}

/* check_for_missing_to_header */
static bool
missing_to(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return eval_header(job, "To").n == 0 &&
	       eval_header(job, "Apparently-To").n == 0;
}

/* ---- identifiers, and what servers write ---- */

/* The hexadecimal digits at a place, or -1. */
static int64_t
read_hex(struct sv s, size_t at, size_t digits)
{
	int64_t value = 0;

	if (at + digits > s.n)
		return -1;
	for (size_t i = at; i < at + digits; i++) {
		int digit = sv_hex_value(s.p[i]);

		if (digit < 0 || (s.p[i] >= 'A' && s.p[i] <= 'F'))
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

/* How far the token of such an identifier may be from the date. */
enum { OUTLOOK_FUDGE = 250 };

/* Outlook's clock ticks every 429.5 s, from a time long ago. */
static bool
is_outlook_time(struct arena *a, int64_t token, struct sv date)
{
	double expected;
	int64_t s;

	if (!header_date_read(a, date, &s))
		s = 0;
	expected = trunc((double)s * 0.0023283064365387 + 27111902.8329849);
	return fabs((double)token - expected) < OUTLOOK_FUDGE;
}

/* check_outlook_message_id: "<0000TTTTTTTT$xxxxxxxx$xxxxxxxx@", whose T is the
 * time, but neither that of the date nor of a server. */
static bool
outlook_id(struct eval_job *job, const struct eval_call *call)
{
	struct sv id = eval_header(job, "MESSAGEID");
	int64_t token = read_hex(id, 5, 8);

	(void)call;
	return sv_starts(id, SV("<")) && read_hex(id, 1, 4) >= 0 &&
	       token >= 0 && read_hex(id, 14, 8) >= 0 &&
	       read_hex(id, 23, 8) >= 0 && id.n > 31 && id.p[13] == '$' &&
	       id.p[22] == '$' && id.p[31] == '@' &&
	       !is_outlook_time(job->arena, token, eval_header(job, "Date")) &&
	       !is_outlook_time(job->arena, token,
	                        eval_header(job, "Received"));
}

enum { UNUSABLE_LIST = GATED_END, UNUSABLE_SERVER };

static const char *const unusable_regexes[] = {
	HEADER_GATED_REGEXES,
	[UNUSABLE_LIST] = "(?i)<mailto:(?:leave-\\S+|\\S+-unsubscribe)@\\S+>$",
	[UNUSABLE_SERVER] = "/CWT/DCE\\)|iPlanet Messaging Server",
	NULL,
};

/* check_messageid_not_usable */
static bool
id_not_usable(struct eval_job *job, const struct eval_call *call)
{
	return eval_matches(job, call->regexes[UNUSABLE_LIST],
	                    eval_header(job, "List-Unsubscribe")) ||
	       header_gated(job, call) ||
	       eval_matches(job, call->regexes[UNUSABLE_SERVER],
	                    eval_header(job, "Received"));
}

/* check_header_count_range: different values count */
static bool
header_count(struct eval_job *job, const struct eval_call *call)
{
	const struct message_part *top = &job->message->parts[0];
	struct map *seen = NULL;
	double n = 0;

	for (size_t i = 0; i < top->n_headers; i++) {
		const struct message_header *h = &top->headers[i];

		if (!sv_ieq(h->name, call->args[0].text))
			continue;
		if (!seen)
			seen = map_new();
		n += !map_set(seen, h->value, seen);
	}
	map_free(seen);
	return n >= call->args[1].number && eval_at_most(call, 2, n);
}

/* Headers that may have a "%" and capital letters by chance. */
static bool
is_any_text(struct sv name)
{
	static const char *const names[] = {
		"X-VMS-To",
		"X-UIDL",
		"X-Face",
		"To",
		"Cc",
		"From",
		"Subject",
		"References",
		"In-Reply-To",
		"Message-Id",
		"X-Message-Id",
		"Resent-Message-Id",
		"X-Original-Message-Id",
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (sv_ieq_str(name, names[i]))
			return true;
	return false;
}

/* "%FROM_USER": a place that a mailing program did not fill */
static bool
has_template(struct sv s)
{
	size_t at;

	while ((at = sv_find_char(s, '%')) != SV_NOT_FOUND) {
		s = sv_from(s, at + 1);
		if (s.n >= 2 && is_capital(s.p[0]) &&
		    (is_capital(s.p[1]) || s.p[1] == '_' || s.p[1] == '-'))
			return true;
	}
	return false;
}

/* check_unresolved_template */
static bool
unresolved_template(struct eval_job *job, const struct eval_call *call)
{
	const struct message_part *top = &job->message->parts[0];

	(void)call;
	for (size_t i = 0; i < top->n_headers; i++)
		if (has_template(top->headers[i].value) &&
		    !is_any_text(top->headers[i].name)) {
			job->note = top->headers[i].name;
			return true;
		}
	return false;
}

static const char *const aol_regexes[] = {
	"(?i) rly-[a-z][a-z][0-9][0-9]\\.",
	"/AOL-[0-9]+\\.[0-9]+\\.[0-9]+\\)|ESMTP\\s+id\\s+(?:RELAY|MAILRELAY|"
	"MAILIN)",
	NULL,
};

/* check_for_fake_aol_relay_in_rcvd */
static bool
fake_aol(struct eval_job *job, const struct eval_call *call)
{
	struct sv received = eval_header(job, "Received");

	return eval_matches(job, call->regexes[0], received) &&
	       !eval_matches(job, call->regexes[1], received);
}

static const char *const gw05_regexes[] = {
	"\\nfrom\\s\\S+\\sby\\s[^.\\s]+\\swith\\sESMTP;\\s+\\S{3},\\s+[0-9]+"
	"\\s+\\S{3}\\s+[0-9]{4}\\s+[0-9][0-9]:[0-9][0-9]:[0-9][0-9]\\s+"
	"[-+]*[0-9]{4}\\n$",
	NULL,
};

/* check_for_forged_gw05_received_headers */
static bool
forged_gw05(struct eval_job *job, const struct eval_call *call)
{
	return eval_matches(job, call->regexes[0],
	                    eval_header(job, "Received"));
}

static const struct eval_function functions[] = {
	{ "check_for_fake_aol_relay_in_rcvd", "", fake_aol, aol_regexes },
	{ "check_for_faraway_charset_in_headers", "", faraway_headers, NULL },
	{ "check_for_unique_subject_id", "", NULL, NULL }, /* never true */
	{ "check_illegal_chars", "wnn", illegal_chars, NULL },
	{ "check_for_forged_hotmail_received_headers", "",
	  header_forged_hotmail, header_hotmail_regexes },
	{ "check_for_no_hotmail_received_headers", "", header_no_hotmail,
	  header_hotmail_regexes },
	{ "check_for_msn_groups_headers", "", header_msn_groups,
	  header_hotmail_regexes },
	{ "check_for_forged_eudoramail_received_headers", "",
	  header_forged_eudoramail, header_eudoramail_regexes },
	{ "check_for_forged_yahoo_received_headers", "", header_forged_yahoo,
	  header_yahoo_regexes },
	{ "check_for_forged_juno_received_headers", "", header_forged_juno,
	  header_juno_regexes },
	{ "check_for_forged_gmail_received_headers", "", header_forged_gmail,
	  header_gmail_regexes },
	{ "check_for_matching_env_and_hdr_from", "", matching_from, NULL },
	{ "sorted_recipients", "", recipients_sorted, NULL },
	{ "similar_recipients", "nn", recipients_similar, NULL },
	{ "check_for_missing_to_header", "", missing_to, NULL },
	{ "check_for_forged_gw05_received_headers", "", forged_gw05,
	  gw05_regexes },
	{ "check_for_shifted_date", "nn", header_shifted_date,
	  header_date_regexes },
	{ "subject_is_all_caps", "", all_caps, NULL },
	{ "check_for_to_in_subject", "t", to_in_subject, NULL },
	{ "check_outlook_message_id", "", outlook_id, NULL },
	{ "check_messageid_not_usable", "", id_not_usable, unusable_regexes },
	{ "check_header_count_range", "tn?n", header_count, NULL },
	{ "check_unresolved_template", "", unresolved_template, NULL },
	{ "check_ratware_name_id", "", ratware_name, NULL },
	{ "check_ratware_envelope_from", "", ratware_envelope, NULL },
	{ "gated_through_received_hdr_remover", "", header_gated,
	  header_gated_regexes },
	{ "received_within_months", "n?n", header_within_months,
	  header_date_regexes },
	{ "check_equal_from_domains", "", from_domains_differ, NULL },
	{ NULL, NULL, NULL, NULL },
};

const struct eval_plugin eval_plugin_header = {
	.name = "HeaderEval",
	.is_default = true,
	.functions = functions,
};
