/* SPDX-License-Identifier: Apache-2.0 */
#include "ingress/milter.h"

#include <arpa/inet.h>
#include <libmilter/mfapi.h>
#include <netinet/in.h>
#include <stdio.h>

#include "base/e4.h"
#include "base/log.h"
#include "ingress/pump.h"
#include "ingress/session.h"
#include "ingress/session_report.h"
#include "learn/mark.h"

/* Stacks of session threads: virtual memory, touched only as far as used. */
enum { STACK_BYTES = 1024 * 1024 };

/* Steps for which no answer is needed, as all is decided at the end. */
static const unsigned long no_reply_steps =
    SMFIP_NR_CONN | SMFIP_NR_HELO | SMFIP_NR_MAIL | SMFIP_NR_RCPT |
    SMFIP_NR_DATA | SMFIP_NR_HDR | SMFIP_NR_EOH | SMFIP_NR_BODY;

/* libmilter hands no pointer of ours to the first callback of a session. */
static struct ingress *the_ingress;
static _Atomic bool draining;

void
milter_drain(void)
{
	atomic_store(&draining, true);
}

void
milter_prepare_threads(void)
{
	pthread_attr_t attr;

	if (pthread_attr_init(&attr) ||
	    pthread_attr_setstacksize(&attr, STACK_BYTES) ||
	    pthread_setattr_default_np(&attr))
		mem_die("cannot set the size of stacks");
	pthread_attr_destroy(&attr);
}

static struct session *
session_of(SMFICTX *ctx)
{
	return smfi_getpriv(ctx);
}

static sfsistat
go_on(const struct session *s)
{
	return s && s->no_reply ? SMFIS_NOREPLY : SMFIS_CONTINUE;
}

static struct sv
macro(SMFICTX *ctx, const char *name)
{
	char symbol[32];

	snprintf(symbol, sizeof symbol, "%s", name);
	return sv_str(smfi_getsymval(ctx, symbol));
}

/* ---- events ---- */

static sfsistat
on_negotiate(SMFICTX *ctx, unsigned long actions, unsigned long steps,
             unsigned long f2, unsigned long f3, unsigned long *ret_actions,
             unsigned long *ret_steps, unsigned long *ret_f2,
             unsigned long *ret_f3)
{
	struct session *s = session_new(the_ingress);

	(void)f2;
	(void)f3;
	s->no_reply = (steps & no_reply_steps) == no_reply_steps;
	s->may_change_headers =
	    (actions & SMFIF_ADDHDRS) && (actions & SMFIF_CHGHDRS);
	s->may_quarantine = actions & SMFIF_QUARANTINE;
	s->leading_space = steps & SMFIP_HDR_LEADSPC;
	*ret_actions =
	    actions & (SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_QUARANTINE);
	*ret_steps = steps & (SMFIP_NOUNKNOWN | SMFIP_HDR_LEADSPC |
	                      (s->no_reply ? no_reply_steps : 0));
	*ret_f2 = *ret_f3 = 0;
	smfi_setpriv(ctx, s);
	return SMFIS_CONTINUE;
}

static void
set_client_address(struct session *s, const _SOCK_ADDR *address)
{
	char text[INET6_ADDRSTRLEN] = "";
	const void *ip;

	if (!address)
		return;
	if (address->sa_family == AF_INET) {
		ip = &((const struct sockaddr_in *)address)->sin_addr;
		s->is_local =
		    ntohl(((const struct in_addr *)ip)->s_addr) >> 24 == 127;
	} else if (address->sa_family == AF_INET6) {
		ip = &((const struct sockaddr_in6 *)address)->sin6_addr;
		s->is_local = IN6_IS_ADDR_LOOPBACK((const struct in6_addr *)ip);
	} else {
		s->is_local = true;
		return;
	}
	inet_ntop(address->sa_family, ip, text, sizeof text);
	s->client_ip = arena_dup(s->connection, sv_str(text));
}

static sfsistat
on_connect(SMFICTX *ctx, char *name, _SOCK_ADDR *address)
{
	struct session *s = session_of(ctx);

	if (pump_is_own(sv_str(name)))
		return go_on(s);
	counter_add(s->ingress->counters, COUNTER_milter_connections, 1);
	s->client_name = arena_dup(s->connection, sv_str(name));
	set_client_address(s, address);
	session_connect(s);
	return go_on(s);
}

static sfsistat
on_helo(SMFICTX *ctx, char *helo)
{
	struct session *s = session_of(ctx);

	s->helo = arena_dup(s->connection, sv_str(helo));
	return go_on(s);
}

static sfsistat
on_mail(SMFICTX *ctx, char **arguments)
{
	struct session *s = session_of(ctx);
	const char *id;

	session_begin(s, session_address(sv_str(arguments[0])));
	if (atomic_load(&draining))
		s->stopping = s->overload = true;
	id = s->snapshot->conf->milter.authserv_id;
	s->server = arena_dup(s->message, macro(ctx, "j"));
	s->authserv_id = *id ? arena_dup(s->message, sv_str(id)) : s->server;
	s->tls = macro(ctx, "{tls_version}").n > 0;
	s->auth_user = arena_dup(s->message, macro(ctx, "{auth_authen}"));
	session_ask(s);
	return go_on(s);
}

static sfsistat
on_recipient(SMFICTX *ctx, char **arguments)
{
	struct session *s = session_of(ctx);

	session_recipient(s, session_address(sv_str(arguments[0])));
	return go_on(s);
}

static sfsistat
on_header(SMFICTX *ctx, char *name, char *value)
{
	struct session *s = session_of(ctx);

	session_header(s, sv_str(name), sv_str(value));
	return go_on(s);
}

static sfsistat
on_body(SMFICTX *ctx, unsigned char *chunk, size_t bytes)
{
	struct session *s = session_of(ctx);

	session_body(s, sv_make((const char *)chunk, bytes));
	return go_on(s);
}

static sfsistat
on_abort(SMFICTX *ctx)
{
	struct session *s = session_of(ctx);

	if (s && s->in_message) {
		counter_add(s->ingress->counters, COUNTER_milter_aborted, 1);
		session_end(s);
	}
	return SMFIS_CONTINUE;
}

static sfsistat
on_close(SMFICTX *ctx)
{
	struct session *s = session_of(ctx);

	on_abort(ctx);
	session_free(s);
	smfi_setpriv(ctx, NULL);
	return SMFIS_CONTINUE;
}

/* ---- carrying out the plan ---- */

/* A value as the server wants it: where leading space is kept as it is, ours
 * has to bring its own. */
static char *
header_value(const struct session *s, struct sv value)
{
	return arena_str(s->message, arena_printf(s->message, "%s" SV_FMT,
	                                          s->leading_space ? " " : "",
	                                          SV_ARG(value)));
}

static bool
set_header(SMFICTX *ctx, const struct session *s, const char *name,
           struct sv value)
{
	/* libmilter takes non-const texts and does not write to them. */
	return smfi_insheader(ctx, 0, (char *)(uintptr_t)name,
	                      header_value(s, value)) == MI_SUCCESS;
}

static bool
delete_header(SMFICTX *ctx, const char *name, unsigned index)
{
	return smfi_chgheader(ctx, (char *)(uintptr_t)name, (int)index, NULL) ==
	       MI_SUCCESS;
}

/* What came in under our names goes, from the last to the first, so that the
 * remaining positions stay what they were. */
static bool
remove_forged(SMFICTX *ctx, const struct session *s)
{
	bool done = true;

	for (int i = 0; i < OWN_COUNT; i++)
		for (unsigned n = s->own_headers[i]; n; n--)
			done &= delete_header(ctx, own_header_names[i], n);
	for (size_t i = s->forged_results.n; i; i--)
		done &= delete_header(ctx, "Authentication-Results",
		                      s->forged_results.list[i - 1]);
	return done;
}

static bool
add_headers(SMFICTX *ctx, const struct session *s, const struct scan *scan)
{
	struct sv key = sv_str(s->ingress->mark_key);
	char score[E4_TEXT], mark[MARK_TEXT];
	bool done = true;

	if (key.n)
		done &= set_header(ctx, s, own_header_names[OWN_ID],
		                   sv_str(mark_write(key, scan->id, mark)));

	if (s->authserv_id.n)
		done &= set_header(
		    ctx, s, "Authentication-Results",
		    scan_authentication_results(scan, s->authserv_id));
	if (verdict_is_spam(scan->verdict))
		done &=
		    set_header(ctx, s, own_header_names[OWN_FLAG], SV("YES"));
	if (scan->score_e4 >= E4_ONE)
		done &= set_header(ctx, s, own_header_names[OWN_LEVEL],
		                   scan_level_header(scan));
	done &= set_header(ctx, s, own_header_names[OWN_SCORE],
	                   sv_str(e4_text_1(scan->score_e4, score)));
	done &= set_header(ctx, s, own_header_names[OWN_STATUS],
	                   scan_status_header(scan));
	return done;
}

static bool
tag_subject(SMFICTX *ctx, const struct session *s, struct sv tag)
{
	struct sv value = arena_printf(s->message, SV_FMT " " SV_FMT,
	                               SV_ARG(tag), SV_ARG(s->subject));
	char name[] = "Subject";

	if (!s->has_subject)
		return set_header(ctx, s, name, value);
	return smfi_chgheader(ctx, name, 1, header_value(s, value)) ==
	       MI_SUCCESS;
}

/* Sets the SMTP reply; `code` is "550 5.7.1". A "%" is written twice, as the
 * milter protocol asks for. */
static void
set_reply(SMFICTX *ctx, struct arena *a, struct sv code, struct sv text)
{
	struct buf doubled = BUF_INIT(900);
	struct sv basic, extended;

	for (size_t i = 0; i < text.n; i++) {
		buf_add_char(&doubled, text.p[i]);
		if (text.p[i] == '%')
			buf_add_char(&doubled, '%');
	}
	sv_word(&code, &basic);
	extended = sv_trim(code);
	smfi_setreply(ctx, arena_str(a, basic), arena_str(a, extended),
	              arena_str(a, buf_sv(&doubled)));
	buf_done(&doubled);
}

static bool
quarantine(SMFICTX *ctx, const struct session *s, const struct scan *scan)
{
	struct sv reason = arena_printf(s->message, "tamis %s %s id=%s",
	                                plan_action_word(scan->plan.action),
	                                verdict_word(scan->verdict), scan->id);

	return smfi_quarantine(ctx, arena_str(s->message, reason)) ==
	       MI_SUCCESS;
}

/* Whether the mail server is to hold it back. */
static bool
is_held_back(const struct scan *scan)
{
	return scan->plan.action == PLAN_QUARANTINE ||
	       (scan->plan.action == PLAN_HOLD_FOR_REVIEW &&
	        scan->snapshot->conf->review.mail == REVIEW_MAIL_HOLD);
}

static sfsistat
carry_out(SMFICTX *ctx, const struct session *s, const struct scan *scan)
{
	const struct plan *p = &scan->plan;
	bool done = true;

	if (p->action == PLAN_REJECT || p->action == PLAN_TEMPFAIL) {
		set_reply(ctx, s->message, p->smtp_code, p->smtp_text);
		return p->action == PLAN_REJECT ? SMFIS_REJECT : SMFIS_TEMPFAIL;
	}
	if (p->action == PLAN_DISCARD)
		return SMFIS_DISCARD;
	if (s->may_change_headers) {
		done &= remove_forged(ctx, s);
		if (p->headers)
			done &= add_headers(ctx, s, scan);
		if (p->subject_tag.n)
			done &= tag_subject(ctx, s, p->subject_tag);
	}
	if (is_held_back(scan))
		done &= s->may_quarantine && quarantine(ctx, s, scan);
	if (!done) {
		counter_add(s->ingress->counters, COUNTER_milter_failed, 1);
		log_warning("the mail server did not take the whole plan "
		            "id=%s action=%s",
		            scan->id, plan_action_word(p->action));
	}
	return SMFIS_CONTINUE;
}

/* Too many messages at once, or stopping: say so, one way or the other. */
static sfsistat
put_off(SMFICTX *ctx, const struct session *s)
{
	const struct conf_scan *conf = &s->snapshot->conf->scan;

	counter_add(s->ingress->counters, COUNTER_overload, 1);
	if (s->stopping || conf->overload == PLAN_TEMPFAIL) {
		set_reply(ctx, s->message, SV("451 4.3.2"),
		          SV("Message filter is busy, try again later"));
		return SMFIS_TEMPFAIL;
	}
	if (s->may_change_headers) {
		remove_forged(ctx, s);
		set_header(ctx, s, own_header_names[OWN_STATUS],
		           SV("No, skipped=overload"));
	}
	return SMFIS_CONTINUE;
}

/* A report is not delivered: it was read. */
static sfsistat
take_report(SMFICTX *ctx, struct session *s)
{
	struct feedback_answer answer;
	int result = session_report(s, &answer);

	if (result == 0)
		return SMFIS_DISCARD;
	if (result == E_IO || result == E_LIMIT || result == E_STATE) {
		set_reply(ctx, s->message, SV("451 4.3.0"),
		          SV("The report cannot be recorded now, try again "
		             "later"));
		return SMFIS_TEMPFAIL;
	}
	set_reply(ctx, s->message, SV("550 5.7.1"),
	          arena_printf(s->message, "Report not taken: %s",
	                       answer.why ? answer.why : error_text(result)));
	return SMFIS_REJECT;
}

static sfsistat
on_end(SMFICTX *ctx)
{
	struct session *s = session_of(ctx);
	const struct scan *scan;
	sfsistat answer;

	if (!s->in_message)
		return SMFIS_CONTINUE;
	if (s->overload) {
		answer = put_off(ctx, s);
	} else if (session_is_report(s)) {
		answer = take_report(ctx, s);
	} else {
		s->queue_id = arena_dup(s->message, macro(ctx, "i"));
		if (atomic_load(s->ingress->in_flight) > 1)
			pump_stroke();
		scan = session_judge(s);
		answer = carry_out(ctx, s, scan);
	}
	session_end(s);
	return answer;
}

int
milter_run(struct ingress *in, const struct milter_options *options)
{
	char name[] = "tamis", connection[32];
	struct smfiDesc filter = {
		.xxfi_name = name,
		.xxfi_version = SMFI_VERSION,
		.xxfi_flags = SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_QUARANTINE,
		.xxfi_connect = on_connect,
		.xxfi_helo = on_helo,
		.xxfi_envfrom = on_mail,
		.xxfi_envrcpt = on_recipient,
		.xxfi_header = on_header,
		.xxfi_body = on_body,
		.xxfi_eom = on_end,
		.xxfi_abort = on_abort,
		.xxfi_close = on_close,
		.xxfi_negotiate = on_negotiate,
	};

	the_ingress = in;
	pump_init(options->address);
	/* "fd:N" is an extension of Debian's libmilter; others refuse it. */
	snprintf(connection, sizeof connection, "fd:%d", options->listen_fd);
	if (smfi_setconn(connection) != MI_SUCCESS ||
	    smfi_register(filter) != MI_SUCCESS)
		return E_IO;
	smfi_settimeout((int)(options->timeout_ms / 1000));
	return smfi_main() == MI_SUCCESS ? 0 : E_IO;
}
