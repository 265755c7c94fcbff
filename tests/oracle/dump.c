/* SPDX-License-Identifier: Apache-2.0 */
#include "dump.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/utf8.h"

enum { FILE_BYTES_MAX = 64 * 1024 * 1024, OUT_BYTES_MAX = 512 * 1024 * 1024 };

static int
dump_file(const char *path, dump_message *each, struct arena *a,
          struct buf *raw, struct buf *out, const struct conf *conf)
{
	struct json j = json_start(out);
	int64_t start;

	buf_reset(raw);
	buf_reset(out);
	arena_reset(a);
	if (file_read(path, raw) != 0) {
		fprintf(stderr, "%s: cannot be read\n", path);
		return 1;
	}
	start = clock_cpu_us();
	json_begin_object(&j, NULL);
	json_text(&j, "file", path);
	each(&j, a, buf_sv(raw), &conf->message);
	json_int(&j, "cpu_us", clock_cpu_us() - start);
	json_end(&j);
	buf_add_char(out, '\n');
	return file_write_fd(STDOUT_FILENO, buf_sv(out)) != 0;
}

int
dump_all(dump_message *each)
{
	struct buf raw = BUF_INIT(FILE_BYTES_MAX),
		   out = BUF_INIT(OUT_BYTES_MAX);
	struct diags diags = DIAGS_INIT;
	struct conf *conf = conf_load(NULL, &diags);
	struct arena *a = arena_new();
	char *path = NULL;
	size_t size = 0;
	int status = conf ? 0 : 2;

	message_prepare();
	while (status == 0 && getline(&path, &size, stdin) > 0) {
		path[strcspn(path, "\n")] = '\0';
		status = dump_file(path, each, a, &raw, &out, conf);
	}
	free(path);
	arena_free(a);
	conf_unref(conf);
	diags_done(&diags);
	buf_done(&raw);
	buf_done(&out);
	return status;
}

bool
dump_is_html(const struct message_part *part)
{
	struct sv name = part->filename;

	return part->is_leaf && part->is_text &&
	       (sv_eq_str(part->type, "text/html") ||
	        sv_iends(name, SV(".html")) || sv_iends(name, SV(".htm")) ||
	        sv_iends(name, SV(".shtml")));
}

void
dump_content(struct json *j, struct sv data)
{
	struct buf lines = BUF_INIT(FILE_BYTES_MAX);
	char text[DIGEST_TEXT];

	for (size_t i = 0; i < data.n; i++) {
		if (data.p[i] != '\r')
			buf_add_char(&lines, data.p[i]);
		else if (i + 1 == data.n || data.p[i + 1] != '\n')
			buf_add_char(&lines, '\n');
	}
	json_int(j, "bytes", (int64_t)lines.n);
	json_text(j, "sha", digest_sha256(buf_sv(&lines), text));
	buf_done(&lines);
}

void
dump_bytes(struct json *j, struct sv bytes)
{
	struct buf text = BUF_INIT(2 * FILE_BYTES_MAX);

	for (size_t i = 0; i < bytes.n; i++)
		utf8_add(&text, (unsigned char)bytes.p[i]);
	json_str(j, NULL, buf_sv(&text));
	buf_done(&text);
}

static bool
is_listed(const char *name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(name, list[i]) == 0)
			return true;
	return false;
}

bool
dump_is_url_attribute(const char *attribute)
{
	static const char *const names[] = {
		"action",   "background", "codebase", "data",
		"dynsrc",   "formaction", "href",     "lowsrc",
		"manifest", "ping",       "poster",   "src",
		"srcset",   "xlink:href", "value",    "data-saferedirecturl",
	};

	return is_listed(attribute, names, sizeof names / sizeof *names);
}

bool
dump_is_block(const char *element)
{
	static const char *const blocks[] = {
		"address", "article",  "aside",      "blockquote", "body",
		"br",      "caption",  "center",     "dd",         "details",
		"dialog",  "dir",      "div",        "dl",         "dt",
		"embed",   "fieldset", "figcaption", "figure",     "footer",
		"form",    "h1",       "h2",         "h3",         "h4",
		"h5",      "h6",       "head",       "header",     "hgroup",
		"hr",      "html",     "legend",     "li",         "listing",
		"main",    "menu",     "nav",        "ol",         "optgroup",
		"option",  "p",        "pre",        "plaintext",  "section",
		"select",  "summary",  "table",      "tbody",      "td",
		"tfoot",   "th",       "thead",      "title",      "tr",
		"ul",      "xmp",      "textarea",   "button",     "iframe",
	};

	return is_listed(element, blocks, sizeof blocks / sizeof *blocks);
}
