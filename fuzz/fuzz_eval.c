/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions of rules: the first line is a call, the rest is a mail that it and
 * one call of each theme are run on. Asking twice must give the same.
 */
#include <stdint.h>
#include <stdlib.h>

#include "eval/eval.h"
#include "fact/lookup.h"
#include "message/network.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_BYTES_MAX = 32 * 1024, CALLS_MAX = 100, RELAYS_MAX = 20 };

static const struct conf conf = {
	.message = {
		.bytes_max = 1 << 16,
		.headers_max = 100,
		.header_bytes_max = 1 << 15,
		.parts_max = 20,
		.depth_max = 6,
		.decoded_bytes_max = 1 << 17,
		.urls_max = 50,
	},
	.match = {
		.steps_max = 10000,
		.depth_max = 1000,
		.stack_bytes_max = 1 << 16,
	},
};

static const char *const calls[] = {
	"check_all_trusted()",
	"check_base64_length('78')",
	"check_blank_line_ratio('10', '90', '2')",
	"check_body_length('100')",
	"check_equal_from_domains()",
	"check_for_faraway_charset()",
	"check_for_faraway_charset_in_headers()",
	"check_for_forged_gmail_received_headers()",
	"check_for_forged_juno_received_headers()",
	"check_for_forged_received_trail()",
	"check_for_forged_yahoo_received_headers()",
	"check_for_mime('mime_missing_boundary')",
	"check_for_msn_groups_headers()",
	"check_for_no_rdns_dotcom_helo()",
	"check_for_shifted_date('1', '2')",
	"check_for_to_in_subject('user')",
	"check_for_uppercase('25', '50')",
	"check_forged_in_welcomelist()",
	"check_freemail_body()",
	"check_freemail_from('\\d@')",
	"check_freemail_replyto('reply')",
	"check_from_in_list('X')",
	"check_from_in_welcomelist()",
	"check_header_count_range('Subject', '1', '2')",
	"check_https_http_mismatch('1', '10')",
	"check_https_ip_mismatch()",
	"check_illegal_chars('ALL', '0.1', '2')",
	"check_ma_non_text()",
	"check_mailfrom_matches_rcvd()",
	"check_msg_parse_flags('mime_epilogue_exists')",
	"check_msg_parse_flags('missing_mime_head_body_separator')",
	"check_outlook_message_id()",
	"check_ratware_envelope_from()",
	"check_ratware_name_id()",
	"check_stock_info('2')",
	"check_subject_in_blocklist()",
	"check_to_in_more_spam()",
	"check_unresolved_template()",
	"check_uri_host_listed('X')",
	"check_uri_truncated()",
	"check_welcomelist_bounce_relays()",
	"helo_ip_mismatch()",
	"html_charset_faraway()",
	"html_image_ratio('0', '1')",
	"html_range('max_size', '5', 'inf')",
	"html_tag_balance('body', '!= 0')",
	"html_text_match('anchor', '<img>')",
	"html_title_subject_ratio('2')",
	"image_to_text_ratio('all', '0', '1')",
	"multipart_alternative_difference('9', '100')",
	"plaintext_body_sig_ratio('0', '1')",
	"similar_recipients('0.1', 'undef')",
	"subject_is_all_caps()",
	"tvd_vertical_words('0', '10')",
	"check_rbl('a', 'l.example')",
	"check_rbl('b-notfirsthop', 'l.example', '4')",
	"check_rbl_sub('a', '^127')",
	"check_rbl_txt('c-untrusted', 'l.example', 'a')",
	"check_rbl_accreditor('a', 'l.example', '2', 'one')",
	"check_rbl_from_domain('a', 'l.example')",
	"check_rbl_headers('a', 'l.example')",
	"check_rbl_ns_from('a', 'l.example')",
	"check_rbl_rcvd('a', 'l.example')",
	"check_dns_sender()",
	"check_uridnsbl('X')",
	"check_hashbl_emails('l.example')",
	"check_hashbl_emails('l.example', 'raw', 'ALL/body')",
	"check_hashbl_uris('l.example')",
	"check_hashbl_bodyre('l.example', 'md5/num', '(\\d+)')",
	"check_hashbl_tag('l.example', 'raw/revip', 'LASTEXTERNALIP')",
	"check_hashbl_attachments('l.example', 'sha256')",
	NULL,
};

static const struct {
	struct sv key, value;
} settings[] = {
	{ SV("ok_locales"), SV("en") },
	{ SV("blocklist_subject"), SV("a*b") },
	{ SV("enlist_addrlist"), SV("(X) *@example.org a?b@*") },
	{ SV("enlist_uri_host"), SV("(X) example.org !a.example.org") },
	{ SV("uridnsbl"), SV("X l.example A") },
	{ SV("hashbl_email_domain_alias"), SV("example.com example.org") },
	{ SV("freemail_domains"), SV("example.com a.*") },
	{ SV("more_spam_to"), SV("*a*b*c*") },
	{ SV("welcomelist_bounce_relays"), SV("*.example.org") },
	{ SV("welcomelist_from_rcvd"), SV("*@example.org [192.0.2.0]/24") },
};

static void
must(bool condition)
{
	if (!condition)
		abort();
}

/* An answer that hangs on the question alone. */
static const struct dns_answer *
answer(void *ctx, struct arena *a, const struct dns_question *q, size_t ticket)
{
	struct dns_answer *r = ARENA_NEW(a, struct dns_answer);
	struct dns_record *record = ARENA_NEW(a, struct dns_record);
	unsigned char sum = (unsigned char)(q->type + q->name.n);

	(void)ctx;
	(void)ticket;
	must(q->name.n > 0 && q->name.n <= DNS_NAME_MAX);
	for (size_t i = 0; i < q->name.n; i++)
		sum = (unsigned char)(sum * 31 + (unsigned char)q->name.p[i]);
	r->status = sum % 3 ? DNS_FOUND : DNS_NO_NAME;
	if (sum % 7 == 0)
		return NULL;
	must(ip_parse(SV("127.0.0.1"), &record->ip) == 0);
	record->ip.bytes[15] = sum;
	record->text = q->type == DNS_TXT ? SV("a text") : SV("ns.example.org");
	r->n_records = r->status == DNS_FOUND;
	r->records = record;
	return r;
}

static bool
none_comes(void *ctx, struct arena *a, int64_t deadline_mono_us,
           size_t *ret_ticket, const struct dns_answer **ret)
{
	(void)ctx;
	(void)a;
	(void)deadline_mono_us;
	*ret_ticket = 0;
	*ret = NULL;
	return false;
}

static const struct lookup_source source = { answer, none_comes };

static bool
bind_first(struct eval_settings *s, struct sv text,
           const struct eval_call **ret)
{
	const char *why;

	if (sv_starts(text, SV("askdns ")))
		return !eval_bind_askdns(s, sv_from(text, 7), ret);
	return eval_bind(s, text, VIEW_BODY, ret, &why) == EVAL_BOUND;
}

static size_t
bind_all(struct eval_settings *s, struct sv first,
         const struct eval_call **list)
{
	static const struct eval_rule rule = { "X", EVAL_RULE_A | EVAL_RULE_NS,
		                               false };
	const char *why;
	size_t n = 0;

	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
		must(!eval_setting_read(s, settings[i].key, settings[i].value));
	for (size_t i = 0; calls[i]; i++)
		must(eval_bind(s, sv_str(calls[i]), VIEW_BODY, &list[n++],
		               &why) == EVAL_BOUND);
	n += bind_first(s, first, &list[n]);
	for (size_t i = 0; i < n; i++)
		eval_call_set_rule(list[i], &rule);
	return n;
}

static void
run_all(const struct eval_settings *s, const struct eval_call *const *list,
        size_t n, const struct selector_mail *mail)
{
	struct eval_worker *w = eval_worker_new();
	struct eval_job *job = eval_begin(s, w, mail);
	struct lookup *l = lookup_new(mail->arena, &source, NULL, 300);
	struct sv text;

	eval_set_lookup(job, l, NULL);
	for (size_t i = 0; i < n; i++) {
		bool hit = eval_run(job, list[i], &text);

		must(hit || text.n == 0);
		must(eval_run(job, list[i], &text) == hit);
	}
	lookup_end(l);
	for (size_t i = 0; i < n; i++)
		eval_run(job, list[i], &text);
	eval_worker_free(w);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sv rest = sv_make((const char *)data, size), first = SV("");
	const struct eval_call *list[CALLS_MAX];
	struct eval_settings *s = eval_settings_new();
	struct header_names *names = header_names_new();
	struct network *network = network_new(&conf.network);
	struct arena *a = arena_new();
	struct buf scratch = BUF_INIT(1 << 20);
	struct message_envelope envelope = { .from = SV_NONE };
	struct selector_mail mail = { .arena = a,
		                      .envelope = &envelope,
		                      .scratch = &scratch };
	size_t n;

	if (size <= INPUT_BYTES_MAX) {
		sv_line(&rest, &first);
		n = bind_all(s, first, list);
		eval_settings_finish(s, &conf.match, names);
		mail.m = message_parse(a, rest, &conf.message);
		envelope.relays =
		    relays_read(a, mail.m, NULL, network, RELAYS_MAX);
		header_index_make(&mail.headers, names, a, mail.m);
		run_all(s, list, n, &mail);
	}
	buf_done(&scratch);
	arena_free(a);
	network_free(network);
	header_names_free(names);
	eval_settings_free(s);
	return 0;
}
