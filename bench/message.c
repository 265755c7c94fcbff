/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CPU time of reading mails: message_parse() with its views, against GMime
 * (parse, decode all text parts) and, for HTML alone, gumbo and libxml2.
 * Names of message files come on standard input, one a line; the argument is
 * the number of rounds. In each round the contenders take turns on each mail;
 * the best round of each mail counts. One thread, memory reused from mail to
 * mail as the daemon does. See bench/README.md.
 */
#include <gmime/gmime.h>
#include <gumbo.h>
#include <libxml/HTMLparser.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/vec.h"
#include "message/message.h"

enum { FILE_BYTES_MAX = 64 * 1024 * 1024 };

struct sample {
	struct sv raw;   /* a mail, or the HTML of a part as UTF-8 */
	double *best_us; /* by contender */
};

struct bench {
	struct arena *arena;
	const struct conf_message *limits;
	VEC(struct sample) samples;
};

struct contender {
	const char *name;
	void (*read)(struct bench *b, struct sv raw);
};

static double
cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* ---- mails ---- */

static void
read_tamis(struct bench *b, struct sv raw)
{
	arena_reset(b->arena);
	message_parse(b->arena, raw, b->limits);
}

static void
decode_text(GMimeObject *parent, GMimeObject *part, gpointer unused)
{
	(void)parent;
	(void)unused;
	if (GMIME_IS_TEXT_PART(part))
		g_free(g_mime_text_part_get_text(GMIME_TEXT_PART(part)));
}

static void
read_gmime(struct bench *b, struct sv raw)
{
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(raw.p, raw.n);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *m = g_mime_parser_construct_message(parser, NULL);

	(void)b;
	if (m) {
		g_mime_message_foreach(m, decode_text, NULL);
		g_object_unref(m);
	}
	g_object_unref(parser);
	g_object_unref(stream);
}

static const struct contender mail_contenders[] = {
	{ "tamis: parse, text, URLs, views", read_tamis },
	{ "GMime: parse, decode text", read_gmime },
};

/* ---- HTML ---- */

static void
render_tamis(struct bench *b, struct sv html)
{
	const struct message_post post = { .html = html };

	arena_reset(b->arena);
	message_from_post(b->arena, &post, b->limits);
}

static void
render_gumbo(struct bench *b, struct sv html)
{
	GumboOutput *tree =
	    gumbo_parse_with_options(&kGumboDefaultOptions, html.p, html.n);

	(void)b;
	gumbo_destroy_output(&kGumboDefaultOptions, tree);
}

static void
take_text(void *ctx, const xmlChar *text, int n)
{
	size_t *bytes = ctx;

	(void)text;
	*bytes += (size_t)n;
}

static void
take_element(void *ctx, const xmlChar *name, const xmlChar **attributes)
{
	size_t *bytes = ctx;

	(void)name;
	*bytes += attributes != NULL;
}

static void
render_libxml2(struct bench *b, struct sv html)
{
	size_t bytes = 0;
	htmlSAXHandler sax = { .startElement = take_element,
		               .characters = take_text };
	htmlParserCtxtPtr ctxt = htmlCreatePushParserCtxt(
	    &sax, &bytes, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);

	(void)b;
	htmlCtxtUseOptions(ctxt, HTML_PARSE_NONET | HTML_PARSE_NOERROR |
	                             HTML_PARSE_IGNORE_ENC);
	htmlParseChunk(ctxt, html.p, (int)html.n, 1);
	htmlFreeParserCtxt(ctxt);
}

static const struct contender html_contenders[] = {
	{ "tamis: text, links, URLs, views", render_tamis },
	{ "gumbo: tree", render_gumbo },
	{ "libxml2: SAX events", render_libxml2 },
};

/* ---- measuring ---- */

static void
measure(struct bench *b, const struct contender *contenders, size_t n,
        int rounds)
{
	for (int round = 0; round < rounds; round++) {
		for (size_t i = 0; i < b->samples.n; i++) {
			struct sample *s = &b->samples.list[i];

			for (size_t j = 0; j < n; j++) {
				size_t turn = (j + (size_t)round) % n;
				double start = cpu_us(), took;

				contenders[turn].read(b, s->raw);
				took = cpu_us() - start;
				if (round == 0 || took < s->best_us[turn])
					s->best_us[turn] = took;
			}
		}
	}
}

static int
compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* One row a contender; ratios are the time of the first one, which is tamis,
 * to that of each: of all samples together, and of the medians. */
static void
print_rows(const struct bench *b, const struct contender *contenders, size_t n)
{
	size_t count = b->samples.n;
	double *us = mem_calloc(count, sizeof *us), first_sum = 0, bytes = 0;
	double first_median = 0;

	for (size_t i = 0; i < count; i++)
		bytes += (double)b->samples.list[i].raw.n;
	printf("  %-34s %8s %8s %8s %8s %8s %8s\n", "", "min us", "median",
	       "p99", "MB/s", "tamis/", "(median)");
	for (size_t j = 0; j < n; j++) {
		double sum = 0;

		for (size_t i = 0; i < count; i++) {
			us[i] = b->samples.list[i].best_us[j];
			sum += us[i];
		}
		qsort(us, count, sizeof *us, compare_doubles);
		if (j == 0) {
			first_sum = sum;
			first_median = us[count / 2];
		}
		printf("  %-34s %8.1f %8.1f %8.1f %8.1f %8.2f %8.2f\n",
		       contenders[j].name, us[0], us[count / 2],
		       us[count * 99 / 100], bytes / sum, first_sum / sum,
		       first_median / us[count / 2]);
	}
	free(us);
}

static void
add_sample(struct bench *b, struct sv raw)
{
	struct sample *s = VEC_ADD(&b->samples);

	s->raw = sv_make(mem_dup(raw.p, raw.n), raw.n);
	s->best_us = mem_calloc(3, sizeof *s->best_us);
}

/* The HTML parts of all mails, decoded. */
static void
collect_html(struct bench *mails, struct bench *html)
{
	for (size_t i = 0; i < mails->samples.n; i++) {
		const struct message *m;

		arena_reset(mails->arena);
		m = message_parse(mails->arena, mails->samples.list[i].raw,
		                  mails->limits);
		for (size_t j = 0; j < m->n_parts; j++)
			if (sv_eq_str(m->parts[j].type, "text/html") &&
			    m->parts[j].text.n)
				add_sample(html, m->parts[j].text);
	}
}

static void
read_mails(struct bench *b)
{
	struct buf raw = BUF_INIT(FILE_BYTES_MAX);
	char *path = NULL;
	size_t size = 0;

	while (getline(&path, &size, stdin) > 0) {
		path[strcspn(path, "\n")] = '\0';
		buf_reset(&raw);
		if (file_read(path, &raw) == 0 && raw.n)
			add_sample(b, buf_sv(&raw));
	}
	free(path);
	buf_done(&raw);
}

static void
samples_free(struct bench *b)
{
	for (size_t i = 0; i < b->samples.n; i++) {
		free((char *)(uintptr_t)b->samples.list[i].raw.p);
		free(b->samples.list[i].best_us);
	}
	VEC_DONE(&b->samples);
}

int
main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 5;
	struct diags diags = DIAGS_INIT;
	struct conf *conf = conf_load(NULL, &diags);
	struct bench mails = { arena_new(), &conf->message, { 0 } };
	struct bench html = { mails.arena, mails.limits, { 0 } };

	g_mime_init();
	message_prepare();
	read_mails(&mails);
	if (mails.samples.n == 0)
		return 2;
	collect_html(&mails, &html);
	measure(&mails, mail_contenders, 2, rounds);
	printf("%zu mails\n", mails.samples.n);
	print_rows(&mails, mail_contenders, 2);
	if (html.samples.n) {
		measure(&html, html_contenders, 3, rounds);
		printf("\nHTML alone: %zu parts\n", html.samples.n);
		print_rows(&html, html_contenders, 3);
	}
	samples_free(&mails);
	samples_free(&html);
	arena_free(mails.arena);
	conf_unref(conf);
	diags_done(&diags);
	xmlCleanupParser();
	g_mime_shutdown();
	return 0;
}
