/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration and its table as text: for people, for a file to start
 * from, and for the manual. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "conf/private.h"
#include "conf/value.h"

enum { TEXT_MAX = 1 << 20, WIDTH = 76 };

/* Appends a text filled to WIDTH columns, each line after `prefix`. */
static void
fill(struct buf *out, const char *prefix, struct sv text)
{
	struct sv word;
	size_t column = 0;

	while (sv_word(&text, &word)) {
		if (column > 0 && column + 1 + word.n > WIDTH) {
			buf_add_char(out, '\n');
			column = 0;
		}
		if (column == 0) {
			buf_add_str(out, prefix);
			column = strlen(prefix);
		}
		buf_add_char(out, ' ');
		buf_add(out, word);
		column += 1 + word.n;
	}
	buf_add_char(out, '\n');
}

/* The default as a file would have it. */
static void
add_preset(const struct conf_option *o, bool documented, struct buf *out)
{
	struct buf text = BUF_INIT(TEXT_MAX);

	schema_preset(o, documented, &text);
	if (o->is_list && text.n > 0)
		buf_add(out, buf_sv(&text));
	else
		value_write_text(buf_sv(&text), out);
	buf_done(&text);
}

/* ---- SHOW ---- */

static void
show_option(const struct conf *c, int index, struct buf *out)
{
	const struct conf_option *o = &conf_options[index];
	int line = c->priv->lines[index];

	buf_addf(out, "\t%s = ", o->key);
	value_write(c, o, out);
	if (line)
		buf_addf(out, "; # %s:%d\n",
		         c->priv->file ? c->priv->file : "line", line);
	else
		buf_add_str(out, "; # default\n");
}

/* ---- DEFAULTS ---- */

static void
default_option(const struct conf_option *o, struct buf *out)
{
	struct buf text = BUF_INIT(TEXT_MAX);

	fill(out, "\t#", sv_str(o->doc));
	buf_add_str(&text, "Value: ");
	value_allowed(o, &text);
	buf_add_char(&text, '.');
	fill(out, "\t#", buf_sv(&text));
	buf_addf(out, "\t%s = ", o->key);
	add_preset(o, false, out);
	buf_add_str(out, ";\n");
	buf_done(&text);
}

/* ---- MDOC ---- */

/* Plain text as mdoc: one sentence a line, nothing read as a macro. */
static void
add_mdoc(struct sv text, struct buf *out)
{
	struct sv word;
	bool start = true;

	while (sv_word(&text, &word)) {
		char last = word.p[word.n - 1];
		bool ends = text.n > 0 && word.n > 1 && last == '.';

		if (start && (word.p[0] == '.' || word.p[0] == '\''))
			buf_add_str(out, "\\&");
		else if (!start)
			buf_add_char(out, ' ');
		for (size_t i = 0; i < word.n; i++)
			if (word.p[i] == '\\')
				buf_add_str(out, "\\e");
			else
				buf_add_char(out, word.p[i]);
		start = ends;
		if (ends)
			buf_add_char(out, '\n');
	}
	buf_add_char(out, '\n');
}

static void
mdoc_option(const struct conf_option *o, struct buf *out)
{
	struct buf text = BUF_INIT(TEXT_MAX);

	buf_addf(out, ".It Cm %s\n", o->key);
	add_mdoc(sv_str(o->doc), out);
	buf_add_str(&text, "Value: ");
	value_allowed(o, &text);
	buf_add_str(&text, "; default: ");
	add_preset(o, true, &text);
	buf_add_char(&text, '.');
	add_mdoc(buf_sv(&text), out);
	buf_done(&text);
}

/* ---- MARKDOWN ---- */

static void
markdown_option(const struct conf_option *o, struct buf *out)
{
	buf_addf(out, "| `%s` | `", o->key);
	add_preset(o, true, out);
	buf_add_str(out, "` | ");
	value_allowed(o, out);
	buf_addf(out, " | %s |\n", o->doc);
}

/* ---- all forms ---- */

static void
open_section(const struct conf_section *s, enum conf_form form, struct buf *out)
{
	switch (form) {
	case CONF_FORM_SHOW:
		buf_addf(out, "%s {\n", s->name);
		break;
	case CONF_FORM_DEFAULTS:
		fill(out, "#", sv_str(s->doc));
		buf_addf(out, "%s {\n", s->name);
		break;
	case CONF_FORM_MDOC:
		buf_addf(out, ".Ss Section %s\n", s->name);
		add_mdoc(sv_str(s->doc), out);
		buf_add_str(out, ".Bl -tag -width Ds\n");
		break;
	case CONF_FORM_MARKDOWN:
		buf_addf(out,
		         "## %s\n\n%s\n\n"
		         "| option | default | value | meaning |\n"
		         "| --- | --- | --- | --- |\n",
		         s->name, s->doc);
		break;
	}
}

static void
add_option(const struct conf *c, int index, enum conf_form form,
           struct buf *out)
{
	switch (form) {
	case CONF_FORM_SHOW:
		show_option(c, index, out);
		break;
	case CONF_FORM_DEFAULTS:
		default_option(&conf_options[index], out);
		break;
	case CONF_FORM_MDOC:
		mdoc_option(&conf_options[index], out);
		break;
	case CONF_FORM_MARKDOWN:
		markdown_option(&conf_options[index], out);
		break;
	}
}

void
conf_print(const struct conf *c, enum conf_form form, void *out)
{
	static const char *const closing[] = {
		[CONF_FORM_SHOW] = "}\n",
		[CONF_FORM_DEFAULTS] = "}\n",
		[CONF_FORM_MDOC] = ".El\n",
		[CONF_FORM_MARKDOWN] = "",
	};
	struct buf text = BUF_INIT(TEXT_MAX);
	int index = 0;

	for (int i = 0; i < CONF_SECTIONS; i++) {
		const char *name = conf_sections[i].name;

		if (i > 0 && form != CONF_FORM_MDOC)
			buf_add_char(&text, '\n');
		open_section(&conf_sections[i], form, &text);
		for (; index < CONF_OPTIONS &&
		       strcmp(conf_options[index].section, name) == 0;
		     index++)
			add_option(c, index, form, &text);
		buf_add_str(&text, closing[form]);
	}
	fwrite(buf_str(&text), 1, text.n, out);
	buf_done(&text);
}
