/* SPDX-License-Identifier: Apache-2.0 */
/* The text and the links of HTML parts as libxml2's HTML parser reports them
 * to SAX callbacks; it repairs HTML 4 in its own way, before the WHATWG had a
 * standard for that. */
#include <libxml/HTMLparser.h>

#include "dump.h"

struct output {
	struct buf text;
	struct json *j;  /* at the open list of links */
	unsigned hidden; /* open <script> and <style> elements */
};

static bool
is_hidden(const char *name)
{
	return strcmp(name, "script") == 0 || strcmp(name, "style") == 0;
}

static void
put_link(struct output *o, const char *element, const char *name,
         const char *value)
{
	json_begin_array(o->j, NULL);
	json_text(o->j, NULL, element);
	json_text(o->j, NULL, name);
	json_text(o->j, NULL, value);
	json_end(o->j);
}

static void
start_element(void *ctx, const xmlChar *xml_name, const xmlChar **attributes)
{
	struct output *o = ctx;
	const char *name = (const char *)xml_name, *content = NULL;
	bool is_refresh = false;

	o->hidden += is_hidden(name);
	if (dump_is_block(name))
		buf_add_char(&o->text, ' ');
	for (; attributes && attributes[0]; attributes += 2) {
		const char *key = (const char *)attributes[0];
		const char *value = (const char *)attributes[1];

		if (!value)
			continue;
		if (dump_is_url_attribute(key))
			put_link(o, name, key, value);
		if (strcmp(key, "http-equiv") == 0)
			is_refresh = sv_ieq_str(sv_str(value), "refresh");
		if (strcmp(key, "content") == 0)
			content = value;
	}
	if (is_refresh && content && strcmp(name, "meta") == 0)
		put_link(o, name, "content", content);
}

static void
end_element(void *ctx, const xmlChar *xml_name)
{
	struct output *o = ctx;
	const char *name = (const char *)xml_name;

	if (is_hidden(name) && o->hidden)
		o->hidden--;
	if (dump_is_block(name))
		buf_add_char(&o->text, ' ');
}

static void
characters(void *ctx, const xmlChar *text, int n)
{
	struct output *o = ctx;

	if (!o->hidden)
		buf_add(&o->text, sv_make((const char *)text, (size_t)n));
}

static void
silent(void *ctx, const char *format, ...)
{
	(void)ctx;
	(void)format;
}

static void
read_document(struct output *o, struct sv html)
{
	htmlSAXHandler sax = {
		.startElement = start_element,
		.endElement = end_element,
		.characters = characters,
		.ignorableWhitespace = characters,
		.cdataBlock = characters,
		.warning = silent,
		.error = silent,
		.fatalError = silent,
	};
	htmlParserCtxtPtr ctxt = htmlCreatePushParserCtxt(
	    &sax, o, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);

	htmlCtxtUseOptions(ctxt, HTML_PARSE_RECOVER | HTML_PARSE_NONET |
	                             HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
	                             HTML_PARSE_IGNORE_ENC);
	htmlParseChunk(ctxt, html.p, (int)html.n, 1);
	if (ctxt->myDoc)
		xmlFreeDoc(ctxt->myDoc);
	htmlFreeParserCtxt(ctxt);
}

static void
dump(struct json *j, struct arena *a, struct sv raw,
     const struct conf_message *limits)
{
	struct message *m = message_parse(a, raw, limits);
	struct output o = { BUF_INIT(256 << 20), j, 0 };

	json_begin_array(j, "parts");
	for (size_t i = 0; i < m->n_parts; i++) {
		if (!dump_is_html(&m->parts[i]))
			continue;
		buf_reset(&o.text);
		o.hidden = 0;
		json_begin_object(j, NULL);
		json_int(j, "part", (int64_t)i);
		json_begin_array(j, "links");
		read_document(&o, m->parts[i].text);
		json_end(j);
		json_str(j, "text", buf_sv(&o.text));
		json_end(j);
	}
	json_end(j);
	buf_done(&o.text);
}

int
main(void)
{
	int status = dump_all(dump);

	xmlCleanupParser();
	return status;
}
