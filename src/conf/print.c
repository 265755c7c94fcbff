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
show_option(const struct conf *c, const void *base, int line, int index,
            struct buf *out)
{
	const struct conf_option *o = &conf_options[index];

	buf_addf(out, "\t%s = ", o->key);
	value_write(base, o, out);
	if (line)
		buf_addf(out, "; # %s:%d\n",
		         c->priv->file ? c->priv->file : "line", line);
	else
		buf_add_str(out, "; # default\n");
}

/* ---- DEFAULTS ---- */

static void
default_option(const struct conf_option *o, const char *prefix, struct buf *out)
{
	struct buf text = BUF_INIT(TEXT_MAX);

	fill(out, "\t#", sv_str(o->doc));
	buf_add_str(&text, "Value: ");
	value_allowed(o, &text);
	buf_add_char(&text, '.');
	fill(out, "\t#", buf_sv(&text));
	buf_addf(out, "%s%s = ", prefix, o->key);
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
		buf_addf(out, ".Ss Section %s%s\n", s->name,
		         schema_is_named(s->name) ? " NAME" : "");
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
		show_option(c, c, c->priv->lines[index], index, out);
		break;
	case CONF_FORM_DEFAULTS:
		default_option(&conf_options[index], "\t", out);
		break;
	case CONF_FORM_MDOC:
		mdoc_option(&conf_options[index], out);
		break;
	case CONF_FORM_MARKDOWN:
		markdown_option(&conf_options[index], out);
		break;
	}
}

/* ---- sections that have names ---- */

/* Where the options of a section begin and end. */
static int
section_end(int index, const char *name)
{
	while (index < CONF_OPTIONS &&
	       strcmp(conf_options[index].section, name) == 0)
		index++;
	return index;
}

/* Each one that the file has. */
static void
show_named(const struct conf *c, const char *name, int from, struct buf *out)
{
	for (size_t r = 0; r < c->priv->named; r++) {
		const int *lines = c->priv->reporter_lines[r];

		buf_addf(out, "%s%s %s {\n", r ? "\n" : "", name,
		         c->reporters[r].name);
		for (int i = from; i < section_end(from, name); i++)
			show_option(c, &c->reporters[r], lines[i], i, out);
		buf_add_str(out, "}\n");
	}
}

/* There is none to start with: all of it is a comment. */
static void
default_named(const struct conf_section *s, int from, struct buf *out)
{
	fill(out, "#", sv_str(s->doc));
	buf_addf(out, "# %s NAME {\n", s->name);
	for (int i = from; i < section_end(from, s->name); i++)
		default_option(&conf_options[i], "#\t", out);
	buf_add_str(out, "# }\n");
}

/* True when that was all of the section. */
static bool
print_named(const struct conf *c, const struct conf_section *s, int from,
            enum conf_form form, struct buf *out)
{
	if (!schema_is_named(s->name) ||
	    (form != CONF_FORM_SHOW && form != CONF_FORM_DEFAULTS))
		return false;
	if (form == CONF_FORM_SHOW)
		show_named(c, s->name, from, out);
	else
		default_named(s, from, out);
	return true;
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
		if (print_named(c, &conf_sections[i], index, form, &text)) {
			index = section_end(index, name);
			continue;
		}
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
