/* SPDX-License-Identifier: Apache-2.0 */
#include "ingress/session_report.h"

#include "ingress/intake.h"

/* What follows "+" in the local part of an address that is feedback.address
 * otherwise; false: it is another one. */
static bool
split_address(struct sv address, struct sv wanted, struct sv *ret_detail)
{
	size_t at = sv_find_char(address, '@'),
	       plus = sv_find_char(address, '+');
	size_t wanted_at = sv_find_char(wanted, '@');

	*ret_detail = SV("");
	if (at == SV_NOT_FOUND || wanted_at == SV_NOT_FOUND)
		return false;
	if (plus < at) {
		*ret_detail = sv_sub(address, plus + 1, at);
		return sv_ieq(sv_sub(address, 0, plus),
		              sv_sub(wanted, 0, wanted_at)) &&
		       sv_ieq(sv_from(address, at), sv_from(wanted, wanted_at));
	}
	return sv_ieq(address, wanted);
}

bool
session_is_report(const struct session *s)
{
	struct sv wanted = sv_str(s->snapshot->conf->feedback.address), detail;

	if (wanted.n == 0 || s->recipients.n == 0)
		return false;
	for (size_t i = 0; i < s->recipients.n; i++)
		if (!split_address(s->recipients.list[i], wanted, &detail))
			return false;
	return true;
}

static enum feedback_kind
kind_of(const struct session *s)
{
	struct sv wanted = sv_str(s->snapshot->conf->feedback.address), detail;
	enum feedback_kind kind;

	split_address(s->recipients.list[0], wanted, &detail);
	kind = feedback_kind_find(detail);
	return kind < FEEDBACK_KINDS ? kind : FEEDBACK_SPAM;
}

int
session_report(struct session *s, struct feedback_answer *ret)
{
	struct feedback f = {
		.kind = kind_of(s),
		.source = FEEDBACK_BY_MAIL,
		.by = s->auth_user.n ? s->auth_user : s->from,
		.is_person = true,
	};

	*ret = (struct feedback_answer){
		.why = "reports are taken from our own users only",
	};
	if (s->auth_user.n == 0 && !s->is_local) {
		counter_add(s->ingress->counters, COUNTER_feedback_refused, 1);
		return E_AUTH;
	}
	if (!s->in_body)
		buf_add(&s->raw, SV("\r\n"));
	if (s->raw.full) {
		ret->why = "the report is too large";
		return E_SYNTAX;
	}
	return intake_mail(s->ingress, buf_sv(&s->raw), &f, ret);
}
