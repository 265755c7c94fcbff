/* SPDX-License-Identifier: Apache-2.0 */
/* The text and the links of HTML parts as gumbo, a parser after the WHATWG
 * standard that builds the whole tree, sees them. */
#include <gumbo.h>

#include "dump.h"

struct output {
	struct buf text;
	struct json *j; /* at the open list of links */
};

static void
put_link(struct output *o, const char *element, const GumboAttribute *a)
{
	json_begin_array(o->j, NULL);
	json_text(o->j, NULL, element);
	json_text(o->j, NULL, a->name);
	json_text(o->j, NULL, a->value);
	json_end(o->j);
}

/* <meta http-equiv=refresh content="..."> as a link of its content. */
static void
put_refresh(struct output *o, const GumboVector *attributes)
{
	const GumboAttribute *equiv =
	    gumbo_get_attribute(attributes, "http-equiv");
	const GumboAttribute *content =
	    gumbo_get_attribute(attributes, "content");

	if (equiv && content && sv_ieq_str(sv_str(equiv->value), "refresh"))
		put_link(o, "meta", content);
}

/* The name as the standard has it, also of unknown elements. */
static const char *
element_name(const GumboElement *e)
{
	return gumbo_normalized_tagname(e->tag);
}

static void
enter(struct output *o, const GumboNode *node)
{
	const GumboElement *e = &node->v.element;
	const char *name = element_name(e);

	if (dump_is_block(name))
		buf_add_char(&o->text, ' ');
	for (unsigned i = 0; i < e->attributes.length; i++) {
		const GumboAttribute *a = e->attributes.data[i];

		if (dump_is_url_attribute(a->name))
			put_link(o, name, a);
	}
	if (e->tag == GUMBO_TAG_META)
		put_refresh(o, &e->attributes);
}

static const GumboVector *
children_of(const GumboNode *node)
{
	if (node->type == GUMBO_NODE_DOCUMENT)
		return &node->v.document.children;
	if (node->type == GUMBO_NODE_TEMPLATE)
		return &node->v.element.children;
	if (node->type != GUMBO_NODE_ELEMENT ||
	    node->v.element.tag == GUMBO_TAG_SCRIPT ||
	    node->v.element.tag == GUMBO_TAG_STYLE)
		return NULL;
	return &node->v.element.children;
}

static bool
is_element(const GumboNode *node)
{
	return node->type == GUMBO_NODE_ELEMENT ||
	       node->type == GUMBO_NODE_TEMPLATE;
}

static void
visit(struct output *o, const GumboNode *node)
{
	if (is_element(node))
		enter(o, node);
	else if (node->type == GUMBO_NODE_TEXT ||
	         node->type == GUMBO_NODE_WHITESPACE ||
	         node->type == GUMBO_NODE_CDATA)
		buf_add_str(&o->text, node->v.text.text);
}

static void
leave(struct output *o, const GumboNode *node)
{
	if (is_element(node) && dump_is_block(element_name(&node->v.element)))
		buf_add_char(&o->text, ' ');
}

/* All nodes in order, without recursion: documents can be deep. */
static void
walk(struct output *o, const GumboNode *root)
{
	const GumboNode *node = root;

	for (;;) {
		const GumboVector *children = children_of(node);

		visit(o, node);
		if (children && children->length) {
			node = children->data[0];
			continue;
		}
		leave(o, node);
		for (;;) {
			size_t next = node->index_within_parent + 1;

			if (node == root)
				return;
			children = children_of(node->parent);
			node = node->parent;
			if (next < children->length) {
				node = children->data[next];
				break;
			}
			leave(o, node);
		}
	}
}

static void
dump(struct json *j, struct arena *a, struct sv raw,
     const struct conf_message *limits)
{
	struct message *m = message_parse(a, raw, limits);
	struct output o = { BUF_INIT(256 << 20), j };

	json_begin_array(j, "parts");
	for (size_t i = 0; i < m->n_parts; i++) {
		struct sv html = m->parts[i].text;
		GumboOutput *tree;

		if (!dump_is_html(&m->parts[i]))
			continue;
		tree = gumbo_parse_with_options(&kGumboDefaultOptions, html.p,
		                                html.n);
		buf_reset(&o.text);
		json_begin_object(j, NULL);
		json_int(j, "part", (int64_t)i);
		json_begin_array(j, "links");
		walk(&o, tree->document);
		json_end(j);
		json_str(j, "text", buf_sv(&o.text));
		json_end(j);
		gumbo_destroy_output(&kGumboDefaultOptions, tree);
	}
	json_end(j);
	buf_done(&o.text);
}

int
main(void)
{
	return dump_all(dump);
}
