/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the clauses of a Received field mean. Servers agree on little: who
 * puts the looked-up name where, and what stands in comments. The forms, with
 * H for the name in HELO and R for the name that was looked up:
 *
 *     from H (R [IP])              Postfix, Sendmail, Gmail, Courier
 *     from H (ident@R [IP])        Sendmail
 *     from H ([IP])                Sendmail, Exchange: no name was found
 *     from R ([IP] helo=H)         Exim; without helo=, H and R are the same
 *     from [IP] (helo=H)           Exim: no name was found
 *     from R (HELO H) (ident@IP)   qmail
 *     from R (IP)                  qmail, Exchange Online: H and R the same
 *     from [IP] (HELO H)           CommuniGate
 *     from H ([IP]:PORT "EHLO H")  Zmailer
 *     from H [IP]                  IMail and others
 */
#include "message/relay.h"

#include "message/received.h"

/* What a "from" clause says about a host. */
struct origin {
	struct sv address, rdns, helo, ident;
	struct ip ip;
	bool found;      /* there is an address */
	bool bracketed;  /* and it stands as "[IP]" in a comment */
	bool helo_said;  /* "HELO name", "helo=name" */
	bool has_ident;  /* in the place of a name, if only as "@" */
	bool name_known; /* the word behind "from" was looked up */
	bool no_name;    /* looked for in vain: "unknown", "ident@" */
};

static struct sv
without_final_dot(struct sv s)
{
	return s.n && s.p[s.n - 1] == '.' ? sv_sub(s, 0, s.n - 1) : s;
}

/* An address, as "192.0.2.1", "[192.0.2.1]", "IPv6:2001:db8::1" or
 * "::ffff:192.0.2.1". */
static bool
read_address(struct sv s, struct origin *o)
{
	struct ip ip;

	if (s.n > 1 && s.p[0] == '[' && s.p[s.n - 1] == ']')
		s = sv_sub(s, 1, s.n - 1);
	if (sv_istarts(s, SV("IPv6:")))
		s = sv_from(s, 5);
	if (ip_parse(s, &ip) != 0)
		return false;
	if (ip_is_v4(&ip) && sv_istarts(s, SV("::ffff:")))
		s = sv_from(s, 7);
	o->ip = ip;
	o->address = s;
	return o->found = true;
}

/* "ident@name": all before the last "@" is the ident. */
static struct sv
split_ident(struct sv s, struct sv *ret_ident)
{
	for (size_t i = s.n; i > 0; i--)
		if (s.p[i - 1] == '@') {
			*ret_ident = sv_sub(s, 0, i - 1);
			return sv_from(s, i);
		}
	return s;
}

/* The value of "key=value" in a list of words; or SV_NONE. */
static struct sv
word_value(struct sv words, const char *key)
{
	struct sv word;

	while (sv_word(&words, &word))
		if (sv_istarts(word, sv_str(key)))
			return sv_from(word, strlen(key));
	return SV_NONE;
}

static void
say_helo(struct origin *o, struct sv name)
{
	o->helo = name;
	o->helo_said = true;
}

/* What stands behind "[IP]" in a comment. */
static void
read_behind_address(struct sv s, struct origin *o)
{
	struct sv helo = word_value(s, "helo="), name;
	size_t quoted = sv_ifind(s, SV("\"EHLO "));

	if (quoted == SV_NOT_FOUND)
		quoted = sv_ifind(s, SV("\"HELO "));
	if (helo.p) {
		say_helo(o, helo);
		o->name_known = true;
	} else if (quoted != SV_NOT_FOUND) {
		helo = sv_from(s, quoted + 6);
		sv_split(&helo, '"', &name);
		say_helo(o, name);
	}
	if (sv_istarts(sv_trim(s), SV("verified")))
		o->name_known = true;
	if (!o->ident.n)
		o->ident = word_value(s, "ident=");
}

/* "IP", "192.0.2.1:25", "2001:db8::1.25". */
static bool
read_with_port(struct sv s, struct origin *o)
{
	size_t end = s.n;

	if (read_address(s, o))
		return true;
	while (end > 0 && s.p[end - 1] != ':' && s.p[end - 1] != '.')
		end--;
	return end > 0 && read_address(sv_sub(s, 0, end - 1), o);
}

/* "R [IP] ...", "ident@R [IP]", "ident@[IP]", "[IP]:PORT", "[IP:PORT]". */
static bool
read_bracketed(struct sv comment, struct origin *o)
{
	size_t open = sv_find_char(comment, '['), close;
	struct sv name = SV_NONE, before, word;

	if (open == SV_NOT_FOUND)
		return false;
	close = sv_find_char(sv_from(comment, open), ']');
	if (close == SV_NOT_FOUND)
		return false;
	if (!read_with_port(sv_sub(comment, open + 1, open + close), o))
		return false;
	before = sv_sub(comment, 0, open);
	while (sv_word(&before, &word))
		name = word;
	if (name.n && name.p[name.n - 1] == '@')
		o->ident = sv_sub(name, 0, name.n - 1);
	else
		o->rdns = name;
	o->bracketed = true;
	o->has_ident = name.n && !o->rdns.n;
	read_behind_address(sv_from(comment, open + close + 1), o);
	return true;
}

/* "IP", "ident@IP", "ident@IP with login". */
static void
read_bare(struct sv comment, struct origin *o)
{
	struct sv ident = SV_NONE, word;

	if (!sv_word(&comment, &word) ||
	    !read_address(split_ident(word, &ident), o))
		return;
	o->ident = ident;
	o->name_known = true;
}

/* "HELO H", "account joe HELO H", "helo=H ident=joe port=25". */
static bool
read_greeting(struct sv comment, struct origin *o)
{
	struct sv helo = word_value(comment, "helo="), word, rest = comment;

	/* "[IP] helo=H" is an address with more behind it */
	if (comment.n && comment.p[0] == '[')
		return false;
	if (helo.p)
		say_helo(o, helo);
	while (!o->helo_said && sv_word(&rest, &word))
		if (sv_ieq_str(word, "HELO") || sv_ieq_str(word, "EHLO"))
			say_helo(o, sv_trim(rest));
	if (!o->helo_said)
		return false;
	o->name_known = true;
	o->ident = word_value(comment, "ident=");
	return true;
}

static struct sv
known_name(struct sv name)
{
	name = without_final_dot(name);
	if (sv_ieq_str(name, "unknown") || sv_eq_str(name, "Verified"))
		return SV(""); /* "(Not Verified[IP])" */
	return name;
}

/* qmail and its relatives write "with SMTP;" and nothing more; they look up
 * the name behind "from", and leave "(HELO H)" out when it is the same. So
 * did old Exchange. */
static bool
is_terse(const struct received *r)
{
	const struct received_clause *with = &r->clauses[RECEIVED_WITH];

	if (received_comment(with, "Microsoft Exchange Internet Mail").p)
		return true;
	return (sv_eq_str(with->text, "SMTP") ||
	        sv_eq_str(with->text, "QMQP")) &&
	       r->date.n && !r->clauses[RECEIVED_VIA].text.p &&
	       !r->clauses[RECEIVED_ID].text.p &&
	       !r->clauses[RECEIVED_FOR].text.p;
}

static bool
is_exim(const struct received *r)
{
	for (int i = 0; i < RECEIVED_CLAUSES; i++)
		if (received_comment(&r->clauses[i], "Exim").p)
			return true;
	return false;
}

/* Servers that say who they are behind their own name: "(8.12.3/8.12.3)",
 * "(qmail-ldap-1.03)". */
static bool
is_sendmail(const struct received *r)
{
	return received_comment(&r->clauses[RECEIVED_BY], "8.").p;
}

static bool
is_qmail(const struct received *r)
{
	return received_comment(&r->clauses[RECEIVED_BY], "qmail").p;
}

static void
read_origin(const struct received *r, struct origin *o)
{
	const struct received_clause *from = &r->clauses[RECEIVED_FROM];

	for (size_t i = 0; i < from->n_comments; i++) {
		if (!o->helo_said && read_greeting(from->comments[i], o))
			continue;
		if (!o->found && !read_bracketed(from->comments[i], o))
			read_bare(from->comments[i], o);
	}
	for (size_t i = 1; i < from->n_words && !o->found; i++)
		if (from->words[i].p[0] == '[' &&
		    read_address(from->words[i], o))
			o->name_known = is_exim(r);
	if (o->found || !from->n_words || !read_address(from->words[0], o))
		return;
	o->name_known = false; /* it is the address */
	if (!o->helo_said)
		say_helo(o, SV(""));
}

/* Which of the names is the one that was looked up. */
static void
settle_names(const struct received *r, struct origin *o)
{
	const struct received_clause *from = &r->clauses[RECEIVED_FROM];
	struct sv first = from->n_words ? from->words[0] : SV(""), ident;

	if (o->bracketed && !o->has_ident && !o->name_known)
		o->name_known = is_exim(r) || is_qmail(r) || is_terse(r);
	if (o->bracketed && o->rdns.n && is_sendmail(r)) {
		ident = o->rdns;
		o->rdns = split_ident(o->rdns, &ident);
		if (o->rdns.p != ident.p)
			o->ident = ident;
		if (o->rdns.n && sv_istarts(o->ident, SV("IDENT:")))
			o->ident = sv_from(o->ident, 6);
	}
	if (o->name_known && o->rdns.n == 0 && first.n && first.p[0] != '[')
		o->rdns = first;
	if (!o->helo_said && !first.n) {
		o->helo = o->rdns; /* "from (H [IP])" */
		o->rdns = SV("");
	} else if (!o->helo_said) {
		o->helo = first;
	}
	o->no_name = o->has_ident || (o->bracketed && is_sendmail(r));
	if (o->rdns.n) {
		o->rdns = known_name(o->rdns);
		o->no_name = o->rdns.n == 0;
	}
}

/* ---- the rest of the field ---- */

/* Protocols of authenticated clients: RFC 3848 and 6531 for SMTP and LMTP;
 * a web mailer knows its users, too. */
static bool
is_authenticated_protocol(struct sv word)
{
	static const char *const words[] = {
		"ESMTPA",       "ESMTPSA",    "LMTPA",     "LMTPSA",
		"UTF8SMTPA",    "UTF8SMTPSA", "UTF8LMTPA", "UTF8LMTPSA",
		"ASMTP",        "HTTP",       "HTTPS",     "HTTPU",
		"LOCAL-ESMTPA",
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (sv_ieq_str(word, words[i]))
			return true;
	return false;
}

static struct sv
find_auth(const struct received *r)
{
	const struct received_clause *from = &r->clauses[RECEIVED_FROM];
	const struct received_clause *with = &r->clauses[RECEIVED_WITH];
	struct sv courier = received_comment(from, "AUTH: "), method;

	if (with->n_words && is_authenticated_protocol(with->words[0]))
		return with->words[0];
	if (received_comment(from, "Authenticated sender:").p)
		return SV("Postfix");
	if (received_comment(from, "authenticated").p)
		return SV("Sendmail");
	if (received_comment(&r->clauses[RECEIVED_BY], "authenticated as ").p)
		return SV("CriticalPath");
	if (courier.p) {
		courier = sv_from(courier, 6);
		sv_word(&courier, &method);
		return method;
	}
	return SV("");
}

static bool
find_tls(const struct received *r)
{
	static const char *const marks[] = {
		"(using TLS", "(version=TLS", "(TLS", "TLS:", "(Cipher TLS",
	};
	struct sv protocol = r->clauses[RECEIVED_WITH].n_words
	                         ? r->clauses[RECEIVED_WITH].words[0]
	                         : SV("");

	if (sv_iends(protocol, SV("MTPS")) || sv_iends(protocol, SV("MTPSA")) ||
	    sv_ieq_str(protocol, "HTTPS"))
		return true;
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (sv_ifind(r->text, sv_str(marks[i])) != SV_NOT_FOUND)
			return true;
	return false;
}

/* The word at the beginning of the text as an address: without brackets around
 * it and punctuation behind it; SV_NONE when it is none. */
static struct sv
sender_word(struct sv text)
{
	size_t n = 0;

	while (n < text.n && !sv_is_space(text.p[n]))
		n++;
	while (n > 0 && !sv_is_alnum(text.p[n - 1]) && text.p[n - 1] != '_')
		n--;
	text = sv_sub(text, 0, n);
	while (text.n && text.p[0] == '<')
		text = sv_from(text, 1);
	return n ? text : SV_NONE;
}

/* "envelope-from <u@example.org>", with or without "<>", anywhere: some put
 * it behind the date. SV_NONE: it is not noted. */
static struct sv
find_envelope_from(struct sv text)
{
	static const char *const words[] = { "envelope-from", "envelope-sender",
		                             "return-path" };
	struct sv sender = SV_NONE, rest;
	size_t first = SV_NOT_FOUND, at;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		at = sv_ifind(text, sv_str(words[i]));
		if (at >= first)
			continue;
		rest = sv_from(text, at + strlen(words[i]));
		if (i == 2 && sv_starts(rest, SV(": ")))
			rest = sv_from(rest, 1);
		if (rest.n == 0 ||
		    (rest.p[0] != ' ' && (i == 2 || rest.p[0] != '=')))
			continue;
		first = at;
		sender = sender_word(sv_from(rest, 1));
	}
	return sender;
}

static struct sv
first_word(const struct received *r, enum received_clause_name clause)
{
	const struct received_clause *c = &r->clauses[clause];

	return c->n_words ? c->words[0] : SV("");
}

static struct sv
without_angles(struct sv s)
{
	if (s.n > 1 && s.p[0] == '<' && s.p[s.n - 1] == '>')
		return sv_sub(s, 1, s.n - 1);
	return s;
}

/* The words of the "with" clause: "Microsoft SMTP Server". */
static struct sv
find_protocol(const struct received *r)
{
	const struct received_clause *with = &r->clauses[RECEIVED_WITH];
	struct sv last;

	if (!with->n_words)
		return SV("");
	last = with->words[with->n_words - 1];
	return sv_make(with->words[0].p,
	               (size_t)(last.p + last.n - with->words[0].p));
}

/* A program that empties mailboxes: the mail has arrived already. */
static bool
is_fetcher(const struct received *r)
{
	struct sv with = first_word(r, RECEIVED_WITH);

	return sv_istarts(with, SV("IMAP")) || sv_istarts(with, SV("POP3"));
}

/* "localhost", "joe@localhost", "localhost.localdomain [127.0.0.1]". */
static bool
names_localhost(struct sv comment)
{
	struct sv word, ident = SV_NONE;

	if (!sv_word(&comment, &word))
		return false;
	word = split_ident(word, &ident);
	return sv_ieq_str(word, "localhost") ||
	       sv_istarts(word, SV("localhost[")) ||
	       sv_ieq_str(word, "localhost.localdomain") ||
	       sv_starts(word, SV("127."));
}

/* Comments of hosts that need no address. */
static bool
is_local_comment(const struct received *r, struct sv comment)
{
	const struct received_clause *by = &r->clauses[RECEIVED_BY];

	if (sv_eq_str(comment, "[unix socket]"))
		return received_comment(by, "Cyrus v").p &&
		       sv_starts(first_word(r, RECEIVED_WITH), SV("LMTPA"));
	return names_localhost(comment) || sv_eq_str(comment, "unverified") ||
	       sv_find(comment, SV("[local]")) != SV_NOT_FOUND ||
	       (sv_eq_str(comment, "unknown") &&
	        received_comment(by, "SG").p) ||
	       sv_find(comment, SV("[UNIX: localhost]")) != SV_NOT_FOUND;
}

/* Whether what follows the server's name, or precedes it, says how the mail
 * came: "by X with ...", "by X (...)", "by X;", "with Z by X". */
static bool
says_how(const struct received *r)
{
	static const enum received_clause_name how[] = { RECEIVED_WITH,
		                                         RECEIVED_VIA,
		                                         RECEIVED_FOR };
	const struct received_clause *by = &r->clauses[RECEIVED_BY];
	const char *next = r->clauses[RECEIVED_ID].text.p;

	if (!by->text.p)
		return false;
	if (by->n_comments || !next || next < by->text.p)
		return true;
	for (size_t i = 0; i < sizeof how / sizeof *how; i++) {
		const char *p = r->clauses[how[i]].text.p;

		if (p && p < next)
			return true;
	}
	return false;
}

/* Handed over within one machine, or by a server that never notes addresses.
 * Other forms may hide one: they are not understood, as in SpamAssassin. */
static bool
is_local(const struct received *r)
{
	const struct received_clause *from = &r->clauses[RECEIVED_FROM];

	if (sv_istarts(first_word(r, RECEIVED_WITH), SV("local")) ||
	    sv_starts(from->text, SV("mail pickup service")))
		return true;
	for (size_t i = 0; i < from->n_comments; i++)
		if (is_local_comment(r, from->comments[i]))
			return true;
	if (from->n_comments || from->n_words != 1)
		return false;
	return sv_find_char(from->words[0], '@') != SV_NOT_FOUND || says_how(r);
}

static enum relay_kind
find_kind(const struct received *r, const struct origin *o)
{
	const struct received_clause *from = &r->clauses[RECEIVED_FROM];

	if (!from->n_words && !from->n_comments)
		return RELAY_LOCAL;
	if (is_fetcher(r))
		return RELAY_FETCHED;
	if (o->found && r->clauses[RECEIVED_BY].text.n)
		return RELAY_HOST;
	return is_local(r) ? RELAY_LOCAL : RELAY_UNREAD;
}

void
relay_parse(struct sv value, struct relay *ret)
{
	struct origin o = { 0 };
	struct received r;

	received_parse(value, &r);
	read_origin(&r, &o);
	settle_names(&r, &o);
	*ret = (struct relay){
		.kind = find_kind(&r, &o),
		.ip = o.ip,
		.address = o.address,
		.rdns = o.rdns,
		.no_rdns = o.no_name,
		.helo = o.helo,
		.ident = o.ident,
		.by = without_final_dot(first_word(&r, RECEIVED_BY)),
		.envelope_from = find_envelope_from(value),
		.id = without_angles(first_word(&r, RECEIVED_ID)),
		.protocol = find_protocol(&r),
		.auth = find_auth(&r),
		.tls = find_tls(&r),
		.date = r.date,
	};
}
