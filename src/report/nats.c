/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reporter `nats`: batches to a stream of NATS JetStream, one message each on
 * the subject SUBJECT.NODE, with the identifier of the batch as Nats-Msg-Id.
 * A batch is done when the stream has acknowledged it; sent again it is
 * recognised by the stream, and later by whoever reads the identifiers.
 */
#include <nats/nats.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/mem.h"
#include "report/reporter.h"

enum {
	LOGIN_BYTES_MAX = 1000,
	SUBJECT_MAX = 460,
	WAIT_MIN_MS = 100,
};
/* How long a stream of ours recognises what is sent again. */
#define DUPLICATES_NS (INT64_C(24) * 3600 * 1000000000)

struct nats {
	struct reporter_setup setup;
	char subject[SUBJECT_MAX];
	natsConnection *connection; /* NULL: none */
	jsCtx *stream;
};

static void
disconnect(struct nats *n)
{
	jsCtx_Destroy(n->stream);
	natsConnection_Destroy(n->connection);
	n->stream = NULL;
	n->connection = NULL;
}

static void
nats_close(void *state)
{
	disconnect(state);
	free(state);
}

static void *
nats_open(const struct reporter_setup *setup, char why[REPORTER_WHY])
{
	struct sv url = sv_str(setup->own->url);
	struct nats *n;
	size_t at;

	if (!sv_istarts(url, SV("nats://")) && !sv_istarts(url, SV("tls://"))) {
		snprintf(why, REPORTER_WHY, "url must be nats:// or tls://");
		return NULL;
	}
	n = mem_calloc(1, sizeof *n);
	n->setup = *setup;
	at = (size_t)snprintf(n->subject, sizeof n->subject, "%s.",
	                      setup->own->subject);
	snprintf(n->subject + at, sizeof n->subject - at, "%s",
	         setup->conf->node.name);
	for (char *c = n->subject + at; *c; c++) /* a level of its own */
		if (*c == '.')
			*c = '_';
	return n;
}

/* ---- connecting ---- */

static natsStatus
set_login(natsOptions *o, const char *token_file)
{
	struct buf text = BUF_INIT(LOGIN_BYTES_MAX);
	natsStatus s = NATS_OK;
	char *colon;

	if (*token_file) {
		s = NATS_INVALID_ARG;
		if (file_read(token_file, &text) == 0 && text.n) {
			text.p[strcspn(text.p, "\r\n")] = '\0';
			colon = strchr(text.p, ':');
			if (colon)
				*colon = '\0';
			s = colon
			        ? natsOptions_SetUserInfo(o, text.p, colon + 1)
			        : natsOptions_SetToken(o, text.p);
		}
	}
	if (text.p)
		explicit_bzero(text.p, text.size);
	buf_done(&text);
	return s;
}

static natsStatus
set_tls(natsOptions *o, const struct conf_reporter *own)
{
	natsStatus s = NATS_OK;

	if (!sv_istarts(sv_str(own->url), SV("tls://")))
		return s;
	s = natsOptions_SetSecure(o, true);
	if (s == NATS_OK && *own->ca_file)
		s = natsOptions_LoadCATrustedCertificates(o, own->ca_file);
	if (s == NATS_OK && *own->certificate_file)
		s = natsOptions_LoadCertificatesChain(o, own->certificate_file,
		                                      own->key_file);
	return s;
}

/* How long the other side may take now. */
static int64_t
wait_ms(const struct nats *n)
{
	int64_t most = n->setup.own->timeout_ms, stop = *n->setup.stop_ms;
	int64_t left = stop ? stop - clock_mono_us() / 1000 : most;

	return left > most ? most : left < WAIT_MIN_MS ? WAIT_MIN_MS : left;
}

static natsStatus
make_stream(struct nats *n)
{
	const struct conf_reporter *own = n->setup.own;
	char subjects[SUBJECT_MAX];
	const char *list[] = { subjects };
	jsStreamConfig config;
	jsErrCode error = 0;
	natsStatus s;

	if (!*own->stream)
		return NATS_OK;
	snprintf(subjects, sizeof subjects, "%s.>", own->subject);
	jsStreamConfig_Init(&config);
	config.Name = own->stream;
	config.Subjects = list;
	config.SubjectsLen = 1;
	config.Storage = js_FileStorage;
	config.Duplicates = DUPLICATES_NS;
	s = js_AddStream(NULL, n->stream, &config, NULL, &error);
	/* somebody made it in another way: that is his to know */
	return error == JSStreamNameExistErr ? NATS_OK : s;
}

static natsStatus
connect_with(struct nats *n, natsOptions *o)
{
	const struct conf_reporter *own = n->setup.own;
	natsStatus s = natsOptions_SetURL(o, own->url);

	if (s == NATS_OK)
		s = natsOptions_SetAllowReconnect(o, false);
	if (s == NATS_OK)
		s = natsOptions_SetTimeout(o, wait_ms(n));
	if (s == NATS_OK)
		s = set_login(o, own->token_file);
	if (s == NATS_OK)
		s = set_tls(o, own);
	if (s == NATS_OK)
		s = natsConnection_Connect(&n->connection, o);
	if (s == NATS_OK)
		s = natsConnection_JetStream(&n->stream, n->connection, NULL);
	return s == NATS_OK ? make_stream(n) : s;
}

static natsStatus
connect_once(struct nats *n)
{
	natsOptions *o = NULL;
	natsStatus s;

	if (n->connection)
		return NATS_OK;
	s = natsOptions_Create(&o);
	if (s == NATS_OK)
		s = connect_with(n, o);
	natsOptions_Destroy(o);
	return s;
}

/* ---- sending ---- */

static natsStatus
publish(struct nats *n, const struct package *p, jsErrCode *ret_error)
{
	natsMsg *m = NULL;
	jsPubOptions options;
	natsStatus s;

	jsPubOptions_Init(&options);
	options.MaxWait = wait_ms(n);
	options.MsgId = p->id;
	s = natsMsg_Create(&m, n->subject, NULL, p->body.p, (int)p->body.n);
	if (s == NATS_OK)
		s = natsMsgHeader_Set(m, "Content-Type", "application/json");
	if (s == NATS_OK)
		s = natsMsgHeader_Set(m, "Content-Encoding", "zstd");
	if (s == NATS_OK)
		s = js_PublishMsg(NULL, n->stream, m, &options, ret_error);
	natsMsg_Destroy(m);
	return s;
}

static enum sent
nats_send(void *state, const struct package *p, int64_t *ret_wait_ms,
          char why[REPORTER_WHY])
{
	struct nats *n = state;
	jsErrCode error = 0;
	natsStatus s = connect_once(n);

	(void)ret_wait_ms;
	if (s == NATS_OK)
		s = publish(n, p, &error);
	if (s == NATS_OK)
		return SENT_DONE;
	snprintf(why, REPORTER_WHY, "NATS: %s%s", natsStatus_GetText(s),
	         s == NATS_NO_RESPONDERS ? ": no stream has this subject" : "");
	disconnect(n);
	return s == NATS_MAX_PAYLOAD ? SENT_REFUSED : SENT_LATER;
}

const struct reporter_kind nats_kind = {
	.open = nats_open,
	.close = nats_close,
	.send = nats_send,
};
