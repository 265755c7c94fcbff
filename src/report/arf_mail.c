/* SPDX-License-Identifier: Apache-2.0 */
#include "report/arf_mail.h"

#include <time.h>

#include "base/clock.h"
#include "fact/tags.h"
#include "message/message.h"
#include "record/shape.h"

enum { VALUE_MAX = 300, ADDRESS_MAX = 254 };

/* ---- the mail ---- */

/* What a header field may have of a stranger's text. */
static void
add_value(struct buf *out, struct sv value)
{
	for (size_t i = 0; i < value.n && i < VALUE_MAX; i++) {
		char c = value.p[i];

		buf_add_char(out, c >= ' ' && c < 0x7f ? c : '?');
	}
}

static void
add_field(struct buf *out, const char *name, struct sv value)
{
	if (value.n == 0)
		return;
	buf_addf(out, "%s: ", name);
	add_value(out, value);
	buf_add_str(out, "\r\n");
}

/* RFC 5322 section 3.3. */
static void
add_date(struct buf *out, const char *name, int64_t unix_ms)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr",
		                              "May", "Jun", "Jul", "Aug",
		                              "Sep", "Oct", "Nov", "Dec" };
	time_t seconds = (time_t)(unix_ms / 1000);
	struct tm tm;

	gmtime_r(&seconds, &tm);
	buf_addf(out, "%s: %d %s %d %02d:%02d:%02d +0000\r\n", name, tm.tm_mday,
	         months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min,
	         tm.tm_sec);
}

static void
add_head(const struct arf *a, struct buf *out)
{
	add_field(out, "From", sv_str(a->from));
	add_field(out, "To", sv_str(a->to));
	add_date(out, "Date", a->unix_ms);
	buf_addf(out, "Message-ID: <" SV_FMT ".arf@%s>\r\n", SV_ARG(a->id),
	         a->node->name);
	buf_addf(out,
	         "Subject: %s %s\r\n"
	         "Auto-Submitted: auto-generated\r\n"
	         "MIME-Version: 1.0\r\n"
	         "Content-Type: multipart/report; "
	         "report-type=feedback-report;\r\n"
	         "\tboundary=\"" SV_FMT "\"\r\n\r\n",
	         a->is_complaint ? "Complaint about" : "Report about",
	         a->item ? "a message" : "an earlier message", SV_ARG(a->id));
}

static void
begin_part(const struct arf *a, const char *type, struct buf *out)
{
	buf_addf(out, "\r\n--" SV_FMT "\r\nContent-Type: %s\r\n", SV_ARG(a->id),
	         type);
}

static void
add_text(const struct arf *a, struct buf *out)
{
	begin_part(a, "text/plain; charset=us-ascii", out);
	buf_addf(out,
	         "\r\nThis is a report in the format of RFC 5965 about a "
	         "message that\r\n%s.\r\n",
	         a->is_complaint
	             ? "a recipient here complained about"
	             : "was judged to be spam by a filter, without a person");
}

static struct sv
domain_of(struct sv address)
{
	size_t at = sv_find_char(address, '@');

	return at == SV_NOT_FOUND ? SV("") : sv_from(address, at + 1);
}

static void
add_report(const struct arf *a, struct buf *out)
{
	const struct item *i = a->item;

	begin_part(a, "message/feedback-report", out);
	buf_add_str(out, "\r\nFeedback-Type: abuse\r\n"
	                 "User-Agent: " PACKAGE_NAME "/" PACKAGE_VERSION "\r\n"
	                 "Version: 1\r\n");
	if (*a->node->domain)
		buf_addf(out, "Reporting-MTA: dns; %s\r\n", a->node->name);
	add_field(out, "CFBL-Feedback-ID", a->feedback_id);
	if (!i)
		return;
	add_date(out, "Arrival-Date", i->unix_ms);
	add_field(out, "Source-IP", i->client_ip);
	if (i->from.n) {
		buf_add_str(out, "Original-Mail-From: <");
		add_value(out, i->from);
		buf_add_str(out, ">\r\n");
	}
	add_field(out, "Reported-Domain", domain_of(i->from));
}

/* Line ends of any kind become those of mail. */
static void
add_lines(struct sv text, struct buf *out)
{
	struct sv line;

	while (sv_line(&text, &line)) {
		buf_add(out, line);
		buf_add_str(out, "\r\n");
	}
}

static void
add_original(const struct arf *a, struct buf *out)
{
	json_t *message = NULL;

	if (a->original.n) {
		begin_part(a, "message/rfc822", out);
		buf_add_str(out, "Content-Transfer-Encoding: 8bit\r\n\r\n");
		add_lines(a->original, out);
		return;
	}
	begin_part(a, "text/rfc822-headers", out);
	buf_add_str(out, "\r\n");
	if (a->item)
		message = json_object_get(a->item->root, "message");
	add_field(out, "From", item_text(message, "from"));
	add_field(out, "Subject", item_text(message, "subject"));
	add_field(out, "Message-ID", item_text(message, "message_id"));
}

void
arf_write(const struct arf *a, struct buf *out)
{
	add_head(a, out);
	add_text(a, out);
	add_report(a, out);
	add_original(a, out);
	buf_addf(out, "\r\n--" SV_FMT "--\r\n", SV_ARG(a->id));
}

/* ---- RFC 9477 ---- */

/* The one field of that name; false: none, or several. */
static bool
one_field(const struct message_part *head, const char *name, struct sv *ret)
{
	size_t found = 0;

	for (size_t i = 0; i < head->n_headers; i++)
		if (sv_ieq_str(head->headers[i].name, name)) {
			*ret = head->headers[i].value;
			found++;
		}
	return found == 1;
}

/* "abuse@example.org; report=arf", perhaps in angle brackets. */
static bool
read_address(struct sv value, struct sv *ret)
{
	struct sv address = value;

	sv_split(&value, ';', &address);
	address = sv_trim(address);
	if (address.n > 2 && address.p[0] == '<' &&
	    address.p[address.n - 1] == '>')
		address = sv_sub(address, 1, address.n - 1);
	for (size_t i = 0; i < address.n; i++)
		if (!sv_is_alnum(address.p[i]) &&
		    !strchr("@.-_+=", address.p[i]))
			return false;
	if (sv_count(address, '@') != 1 || address.p[0] == '@' ||
	    address.n > ADDRESS_MAX || domain_of(address).n == 0)
		return false;
	*ret = address;
	return true;
}

/* "example.org" is above "mail.example.org", and above itself. */
static bool
is_above(struct sv domain, struct sv name)
{
	return domain.n && (sv_ieq(domain, name) ||
	                    (name.n > domain.n &&
	                     sv_ieq(sv_from(name, name.n - domain.n), domain) &&
	                     name.p[name.n - domain.n - 1] == '.'));
}

/* Whether a signature of that domain was found valid. */
static bool
is_valid(json_t *facts, struct sv domain)
{
	json_t *list = json_object_get(facts, "dkim"), *one;
	size_t i;

	json_array_foreach (list, i, one)
		if (sv_eq(item_text(one, "result"), SV("pass")) &&
		    sv_ieq(item_text(one, "domain"), domain))
			return true;
	return false;
}

/* Whether a valid signature covers the field and speaks for both domains. */
static bool
is_signed(const struct message_part *head, json_t *facts, struct sv from,
          struct sv address)
{
	for (size_t i = 0; i < head->n_headers; i++) {
		struct sv domain;
		struct tags tags;

		if (!sv_ieq_str(head->headers[i].name, "DKIM-Signature") ||
		    tags_read(head->headers[i].value, &tags))
			continue;
		domain = tags_get(&tags, "d");
		if (tag_has(tags_get(&tags, "h"), "CFBL-Address") &&
		    is_valid(facts, domain) && is_above(domain, from) &&
		    is_above(domain, address))
			return true;
	}
	return false;
}

/* The domain of "Name <user@example.org>". */
static struct sv
from_domain(struct sv value)
{
	struct sv domain = SV("");
	size_t end = 0;

	for (size_t i = value.n; i > 0 && domain.n == 0; i--)
		if (value.p[i - 1] == '@')
			domain = sv_from(value, i);
	while (end < domain.n &&
	       (sv_is_alnum(domain.p[end]) || strchr(".-", domain.p[end])))
		end++;
	return sv_sub(domain, 0, end);
}

bool
cfbl_find(struct arena *a, struct sv raw, const struct conf_message *limits,
          json_t *facts, struct cfbl *ret)
{
	const struct message *m = message_parse(a, raw, limits);
	const struct message_part *head = &m->parts[0];
	struct sv value, from;

	*ret = (struct cfbl){ SV(""), SV("") };
	if (m->n_parts == 0 || !one_field(head, "CFBL-Address", &value) ||
	    !read_address(value, &ret->address) ||
	    !one_field(head, "From", &from) ||
	    !is_signed(head, facts, from_domain(from), domain_of(ret->address)))
		return false;
	if (one_field(head, "CFBL-Feedback-ID", &value))
		ret->feedback_id = value;
	return true;
}
