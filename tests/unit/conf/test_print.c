/* SPDX-License-Identifier: Apache-2.0 */
/* The printed forms, and the table they are printed from. */
#include "../unit.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "conf/conf.h"
#include "conf/schema.h"

/* The caller frees it. */
static char *
print(const struct conf *c, enum conf_form form)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	conf_print(c, form, out);
	fclose(out);
	return text;
}

static struct conf *
parse(const char *text)
{
	struct diags diags = DIAGS_INIT;
	struct conf *c = conf_parse(sv_str(text), "f", &diags);

	diags_print(&diags, stdout);
	ck_assert_ptr_nonnull(c);
	diags_done(&diags);
	return c;
}

/* SHOW without its comments, which tell the origins. */
static void
strip_origins(char *text)
{
	char *to = text;

	for (const char *at = text; *at; at++) {
		if (*at == '#')
			at += strcspn(at, "\n");
		*to++ = *at;
	}
	*to = '\0';
}

START_TEST(the_printed_defaults_parse_back_to_the_defaults)
{
	struct conf *c = parse("");
	char *defaults = print(c, CONF_FORM_DEFAULTS);
	struct conf *again = parse(defaults);
	char *a = print(c, CONF_FORM_SHOW), *b = print(again, CONF_FORM_SHOW);

	strip_origins(a);
	strip_origins(b);
	ck_assert_str_eq(a, b);
	free(a);
	free(b);
	free(defaults);
	conf_unref(again);
	conf_unref(c);
}
END_TEST

START_TEST(what_is_shown_parses_back_to_the_same_values)
{
	struct conf *c = parse("plan { subject_tag = \"[A \\\"B\\\"]\"; }\n"
	                       "milter { listen = unix:/a, \"unix:/b c\"; }\n"
	                       "scan { deadline = 1500ms; suspect = -0.5; }\n"
	                       "message { bytes_max = 1025; }\n"
	                       "report { profile = pseudonymous; }\n");
	char *a = print(c, CONF_FORM_SHOW);
	struct conf *again = parse(a);
	char *b = print(again, CONF_FORM_SHOW);

	strip_origins(a);
	strip_origins(b);
	ck_assert_str_eq(a, b);
	ck_assert_str_eq(again->plan.subject_tag, "[A \"B\"]");
	free(a);
	free(b);
	conf_unref(again);
	conf_unref(c);
}
END_TEST

START_TEST(values_are_shown_with_their_origin)
{
	struct conf *c = parse("scan {\n\tsuspect = 4;\n}\n");
	char *text = print(c, CONF_FORM_SHOW);

	ck_assert_ptr_nonnull(strstr(text, "\tsuspect = 4; # f:2\n"));
	ck_assert_ptr_nonnull(strstr(text, "\tthreshold = 5; # default\n"));
	free(text);
	conf_unref(c);
}
END_TEST

START_TEST(every_option_is_in_every_form)
{
	struct conf *c = parse("reporter a { path = /a; }\n");

	for (int form = CONF_FORM_SHOW; form <= CONF_FORM_MARKDOWN; form++) {
		char *text = print(c, (enum conf_form)form);
		const char *at = text;

		for (int i = 0; i < CONF_OPTIONS; i++) {
			static const char *const pattern[] = {
				"\n\t%s = ",
				"\n\t%s = ",
				"\n.It Cm %s\n",
				"\n| `%s` | ",
			};
			struct buf want = BUF_INIT(100);
			bool is_comment =
			    form == CONF_FORM_DEFAULTS &&
			    schema_is_named(conf_options[i].section);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
			buf_addf(&want,
			         is_comment ? "\n#\t%s = " : pattern[form],
			         conf_options[i].key);
#pragma GCC diagnostic pop
			at = strstr(at, buf_str(&want));
			ck_assert_msg(at != NULL, "%s.%s is not in form %d",
			              conf_options[i].section,
			              conf_options[i].key, form);
			at++;
			buf_done(&want);
		}
		free(text);
	}
	conf_unref(c);
}
END_TEST

START_TEST(the_table_is_complete_and_in_the_order_of_its_sections)
{
	int section = 0;

	for (int i = 0; i < CONF_OPTIONS; i++) {
		const struct conf_option *o = &conf_options[i];

		ck_assert_ptr_nonnull(o->key);
		if (strcmp(o->section, conf_sections[section].name) != 0)
			section++;
		ck_assert_int_lt(section, CONF_SECTIONS);
		ck_assert_str_eq(o->section, conf_sections[section].name);
		ck_assert_int_eq(
		    schema_option(sv_str(o->section), sv_str(o->key)), i);
		ck_assert_int_gt(strlen(o->doc), 10);
		ck_assert_int_eq(o->doc[strlen(o->doc) - 1], '.');
		ck_assert(o->type != CONF_CHOICE || o->words);
		ck_assert(o->type != CONF_INTEGER || o->unit);
		ck_assert(o->min <= o->max);
	}
	ck_assert_int_eq(section, CONF_SECTIONS - 1);
}
END_TEST

START_TEST(no_two_options_fill_the_same_member)
{
	for (int i = 0; i < CONF_OPTIONS; i++)
		for (int j = 0; j < i; j++)
			ck_assert(conf_options[i].offset !=
			              conf_options[j].offset ||
			          schema_is_named(conf_options[i].section) !=
			              schema_is_named(conf_options[j].section));
}
END_TEST

START_TEST(the_manual_does_not_depend_on_where_it_was_built)
{
	struct conf *c = parse("");
	char *text = print(c, CONF_FORM_MDOC);

	ck_assert_ptr_nonnull(strstr(text, "default: /var/lib/tamis."));
	ck_assert_ptr_nonnull(
	    strstr(text, "default: /usr/share/tamis/rules, /etc/tamis/rules."));
	ck_assert_ptr_null(strstr(text, "dir@"));
	free(text);
	conf_unref(c);
}
END_TEST

UNIT_MAIN("conf/print", the_printed_defaults_parse_back_to_the_defaults,
          what_is_shown_parses_back_to_the_same_values,
          values_are_shown_with_their_origin, every_option_is_in_every_form,
          the_table_is_complete_and_in_the_order_of_its_sections,
          no_two_options_fill_the_same_member,
          the_manual_does_not_depend_on_where_it_was_built)
