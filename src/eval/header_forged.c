/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HeaderEval's tests of mail from big providers: such mail bears the marks of
 * their servers. The expressions say what those marks look like; they are
 * looked for in all Received fields together, each run of blanks being one.
 */
#include "eval/header.h"

#define IP                                                                     \
	"(?:\\b(?:[0-9]{1,3}\\.){3}[0-9]{1,3}\\b|"                             \
	"\\b[0-9a-f]{0,4}:[0-9a-f:.]*:[0-9a-f:.]+)"

/* The text with each run of white space as one blank. */
static struct sv
squeeze(struct eval_job *job, struct sv text)
{
	char *out = arena_alloc(job->arena, text.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		if (!sv_is_space(text.p[i]))
			out[n++] = text.p[i];
		else if (n == 0 || out[n - 1] != ' ')
			out[n++] = ' ';
	return sv_make(out, n);
}

static bool
has(struct eval_job *job, const struct eval_call *call, int regex,
    struct sv text)
{
	return eval_matches(job, call->regexes[regex], text);
}

/* Whether the sender's address is one of that provider. */
static bool
is_from(struct eval_job *job, const char *domain)
{
	struct sv from = eval_header_first(job, "From:addr");
	struct sv d = sv_str(domain);
	char before;

	if (!sv_iends(from, d))
		return false;
	before = from.n > d.n ? from.p[from.n - d.n - 1] : ' ';
	return !sv_is_alnum(before) && before != '_';
}

const char *const header_gated_regexes[] = { HEADER_GATED_REGEXES, NULL };

/* gated_through_received_hdr_remover: lists that remove Received fields. */
bool
header_gated(struct eval_job *job, const struct eval_call *call)
{
	struct sv received = eval_header(job, "Received");

	if (has(job, call, GATED_LIST, eval_header(job, "Mailing-List")) &&
	    has(job, call, GATED_DELIVERED, eval_header(job, "Delivered-To")) &&
	    has(job, call, GATED_QMAIL, received))
		return true;
	return received.n == 0 || has(job, call, GATED_MSN, received);
}

/* ---- Hotmail ---- */

enum {
	HOTMAIL_PICKUP = GATED_END,
	HOTMAIL_IP,
	HOTMAIL_ORG,
	HOTMAIL_SERVER, /* those down to HOTMAIL_YAHOO need the client's IP */
	HOTMAIL_BARE,
	HOTMAIL_HTTP,
	HOTMAIL_YAHOO,
	HOTMAIL_OUTBOUND, /* and these the organisation */
	HOTMAIL_PROD,
	HOTMAIL_SAID,
	MSN_TO,
	MSN_SERVER,
};

const char *const header_hotmail_regexes[] = {
	HEADER_GATED_REGEXES,
	[HOTMAIL_PICKUP] = "from mail pickup service by hotmail\\.com "
			   "with Microsoft SMTPSVC;",
	[HOTMAIL_IP] = "(?i)" IP,
	[HOTMAIL_ORG] = "hotmail\\.com|msonline-outlook",
	[HOTMAIL_SERVER] = "from (?:\\S*\\.)?hotmail.com "
			   "\\(\\S+\\.hotmail(?:\\.msn)?\\.com[ )]",
	[HOTMAIL_BARE] = "(?i)from \\S*\\.hotmail.com \\(\\[" IP "\\][ ):]",
	[HOTMAIL_HTTP] = "from \\S+ by \\S+\\.hotmail(?:\\.msn)?\\.com "
			 "with HTTP;",
	[HOTMAIL_YAHOO] = "from \\[66\\.218.\\S+\\] by \\S+\\.yahoo\\.com",
	[HOTMAIL_OUTBOUND] =
	    "from \\S*\\.outbound\\.protection\\.outlook\\.com "
	    "\\(\\S+\\.outbound\\.protection\\.outlook\\.com[ )]",
	[HOTMAIL_PROD] = "(?i)from \\S*\\.(?:eur|nam)prd[0-9]+"
			 "\\.prod\\.outlook\\.com \\(" IP "\\)",
	[HOTMAIL_SAID] = "(?:from |HELO |helo=)\\S*hotmail\\.com\\b",
	[MSN_TO] = "(?i)<\\K\\S+(?=@groups\\.msn\\.com>)",
	[MSN_SERVER] = "from mail pickup service by "
		       "\\Kp[0-9][0-9]\\.groups\\.msn\\.com\\b",
	NULL,
};

/* The text in angles begins with `begin`, and then has "@" and `end`. */
static bool
is_id(struct sv id, struct sv begin, struct sv end)
{
	size_t at;

	if (id.n == 0 || id.p[0] != '<' || !sv_starts(sv_from(id, 1), begin))
		return false;
	at = sv_find(id, end);
	return at != SV_NOT_FOUND && at > begin.n + 1;
}

static struct sv
in_arena(struct eval_job *job, const char *before, struct sv s,
         const char *behind)
{
	return arena_printf(job->arena, "%s" SV_FMT "%s", before, SV_ARG(s),
	                    behind);
}

/* check_for_msn_groups_headers */
bool
header_msn_groups(struct eval_job *job, const struct eval_call *call)
{
	struct sv to = eval_header(job, "To"), list, server;
	struct sv received = eval_header(job, "Received");
	struct sv id = eval_header(job, "Message-Id");
	struct sv bounce = eval_header_first(job, "EnvelopeFrom:addr");
	size_t span[2];

	if (!eval_find(job, call->regexes[MSN_TO], to, 0, span))
		return false;
	list = sv_sub(to, span[0], span[1]);
	if (!eval_find(job, call->regexes[MSN_SERVER], received, 0, span))
		return false;
	server = sv_sub(received, span[0], span[1]);
	if (sv_eq_str(list, "notifications"))
		return is_id(id, SV(""), in_arena(job, "@", server, ""));
	return is_id(id, in_arena(job, "", list, "-"),
	             SV("@groups.msn.com>")) &&
	       sv_find(bounce,
	               in_arena(job, "", list, "-bounce@groups.msn.com")) !=
	           SV_NOT_FOUND;
}

enum hotmail { HOTMAIL_GOOD = 1, HOTMAIL_FORGED, HOTMAIL_ABSENT };

/* HeaderEval::_check_for_forged_hotmail_received_headers */
static enum hotmail
judge_hotmail(struct eval_job *job, const struct eval_call *call)
{
	struct sv received = eval_header(job, "Received");
	bool has_ip, has_org;

	/* Most mail claims nothing. */
	if (!is_from(job, "hotmail.com") &&
	    sv_find(received, SV("hotmail.com")) == SV_NOT_FOUND)
		return HOTMAIL_GOOD;
	received = squeeze(job, received);
	has_ip =
	    has(job, call, HOTMAIL_IP, eval_header(job, "X-Originating-IP"));
	has_org =
	    has(job, call, HOTMAIL_ORG, eval_header(job, "X-OriginatorOrg"));
	if (has(job, call, HOTMAIL_PICKUP, received) ||
	    header_msn_groups(job, call) || header_gated(job, call))
		return HOTMAIL_GOOD;
	for (int i = HOTMAIL_SERVER; i <= HOTMAIL_PROD; i++)
		if ((i <= HOTMAIL_YAHOO ? has_ip : has_org) &&
		    has(job, call, i, received))
			return HOTMAIL_GOOD;
	if (has(job, call, HOTMAIL_SAID, received))
		return HOTMAIL_FORGED;
	return is_from(job, "hotmail.com") ? HOTMAIL_ABSENT : HOTMAIL_GOOD;
}

static enum hotmail
hotmail(struct eval_job *job, const struct eval_call *call)
{
	enum hotmail *known = job->facts[FACTS_HOTMAIL];

	if (!known) {
		known = job->facts[FACTS_HOTMAIL] =
		    ARENA_NEW(job->arena, enum hotmail);
		*known = judge_hotmail(job, call);
	}
	return *known;
}

/* check_for_forged_hotmail_received_headers */
bool
header_forged_hotmail(struct eval_job *job, const struct eval_call *call)
{
	return hotmail(job, call) == HOTMAIL_FORGED;
}

/* check_for_no_hotmail_received_headers */
bool
header_no_hotmail(struct eval_job *job, const struct eval_call *call)
{
	return hotmail(job, call) == HOTMAIL_ABSENT;
}

/* ---- others ---- */

enum { EUDORAMAIL_IP = GATED_END, EUDORAMAIL_BY };

const char *const header_eudoramail_regexes[] = {
	HEADER_GATED_REGEXES,
	[EUDORAMAIL_IP] = "(?i)" IP,
	[EUDORAMAIL_BY] = "by \\S*whowhere.com;",
	NULL,
};

/* check_for_forged_eudoramail_received_headers */
bool
header_forged_eudoramail(struct eval_job *job, const struct eval_call *call)
{
	if (!is_from(job, "eudoramail.com") || header_gated(job, call))
		return false;
	return !has(job, call, EUDORAMAIL_BY,
	            squeeze(job, eval_header(job, "Received"))) ||
	       !has(job, call, EUDORAMAIL_IP, eval_header(job, "X-Sender-Ip"));
}

enum {
	YAHOO_TRUSTED = GATED_END,
	YAHOO_UNTRUSTED,
	YAHOO_BULK,
	YAHOO_MARK, /* any of those that follow */
	YAHOO_END = YAHOO_MARK + 5
};

const char *const header_yahoo_regexes[] = {
	HEADER_GATED_REGEXES,
	[YAHOO_TRUSTED] = " rdns=\\S+\\.yahoo\\.com ",
	[YAHOO_UNTRUSTED] = "^[^\\]]+ rdns=\\S+\\.yahoo\\.com ",
	[YAHOO_BULK] = "\\bmailer[0-9]+\\.bulk\\.scd\\.yahoo\\.com\\b",
	[YAHOO_MARK] = "by web\\S+\\.mail\\S*\\.yahoo\\.com via HTTP",
	"by sonic\\S+\\.consmr\\.mail\\S*\\.yahoo\\.com with HTTP",
	"by smtp\\S+\\.yahoo\\.com with SMTP",
	"(?i)from \\[" IP
	"\\] by \\S+\\.(?:groups|scd|dcn)\\.yahoo\\.com with NNFMP",
	"by \\w+\\.\\w+\\.yahoo\\.com \\([0-9]+\\.[0-9]+\\.[0-9]+/[0-9]+"
	"\\.[0-9]+\\.[0-9]+\\)(?: with ESMTP)? id \\w+",
	NULL,
};

/* check_for_forged_yahoo_received_headers */
bool
header_forged_yahoo(struct eval_job *job, const struct eval_call *call)
{
	struct sv received = eval_header(job, "Received");
	struct sv x_received = eval_header(job, "X-Received");

	if (!is_from(job, "yahoo.com"))
		return false;
	if (eval_header(job, "Resent-From").n &&
	    eval_header(job, "Resent-To").n && x_received.n)
		received = x_received;
	received = squeeze(job, received);
	if (header_gated(job, call) ||
	    has(job, call, YAHOO_TRUSTED,
	        relays_text(job->arena, job->relays, RELAY_TRUSTED)) ||
	    has(job, call, YAHOO_UNTRUSTED,
	        relays_text(job->arena, job->relays, RELAY_UNTRUSTED)))
		return false;
	for (int i = YAHOO_MARK; i < YAHOO_END; i++)
		if (has(job, call, i, received))
			return false;
	return !has(job, call, YAHOO_BULK, received) ||
	       !sv_iends(eval_header_first(job, "From:addr"),
	                 SV("@reply.yahoo.com"));
}

enum {
	JUNO_SERVER = GATED_END,
	JUNO_COOKIE,
};

const char *const header_juno_regexes[] = {
	HEADER_GATED_REGEXES,
	[JUNO_SERVER] =
	    "(?i)from.*\\b(?:juno|untd)\\.com.*[\\[(]" IP "[\\])].*by",
	[JUNO_COOKIE] = " cookie\\.(?:juno|untd)\\.com ",
	NULL,
};

/* check_for_forged_juno_received_headers: without the client's address, which
 * Juno always writes down, all mail is forged. */
bool
header_forged_juno(struct eval_job *job, const struct eval_call *call)
{
	struct sv received = eval_header(job, "Received");
	struct sv origin = eval_header(job, "X-Originating-IP");

	if (!is_from(job, "juno.com") || header_gated(job, call))
		return false;
	if (origin.n == 0)
		return true;
	if (!has(job, call, JUNO_SERVER, received) &&
	    !has(job, call, JUNO_COOKIE, received))
		return true;
	return sv_find(eval_header(job, "X-Mailer"), SV("Juno ")) ==
	       SV_NOT_FOUND;
}

enum {
	GMAIL_BY_10,
	GMAIL_BY_V6,
	GMAIL_SMTP,
	GMAIL_STATE_BYTES_MIN = 60,
};

const char *const header_gmail_regexes[] = {
	[GMAIL_BY_10] = "by 10\\.\\S+ with SMTP id \\S+",
	[GMAIL_BY_V6] = "by 2002:a[0-9][0-9]:\\w+:\\S+ with SMTP id \\S+",
	[GMAIL_SMTP] = "by smtp\\.googlemail\\.com with ESMTPSA id \\S+",
	NULL,
};

/* check_for_forged_gmail_received_headers */
bool
header_forged_gmail(struct eval_job *job, const struct eval_call *call)
{
	struct sv x_received = eval_header(job, "X-Received");

	if (!is_from(job, "gmail.com") ||
	    has(job, call, GMAIL_BY_10, x_received) ||
	    has(job, call, GMAIL_BY_V6, x_received) ||
	    has(job, call, GMAIL_SMTP, eval_header(job, "Received")))
		return false;
	return eval_header(job, "X-Gm-Message-State").n <
	           GMAIL_STATE_BYTES_MIN ||
	       eval_header(job, "X-Google-Smtp-Source").n <
	           GMAIL_STATE_BYTES_MIN;
}
