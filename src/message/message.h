/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A message as rules see it. message_parse() reads RFC 5322 mail with its
 * MIME parts (RFC 2045-2047); message_from_post() makes the same structure
 * from a post or a comment. Both never fail: what is malformed is read as
 * mail programs read it, and what exceeds a limit is left out and named in
 * `limits_hit`, so that policy can decide.
 *
 * Everything hangs from the arena it was made in, and from the bytes it was
 * made of: both must outlive it. Immutable once made; any thread may read.
 *
 * Example: "Subject: =?utf-8?q?caf=C3=A9?=\r\n\r\nsee www.example.org" gives
 * one header with value "café", one part, body elements "café" (the subject
 * is the first, as SpamAssassin has it) and "see www.example.org", and one
 * URL with url "http://www.example.org", domain "example.org".
 */
#ifndef MESSAGE_MESSAGE_H
#define MESSAGE_MESSAGE_H

#include "base/arena.h"
#include "base/sv.h"
#include "conf/conf.h"

struct message_header {
	struct sv name;  /* as it stands */
	struct sv raw;   /* value as it stands, still folded, no final CRLF */
	struct sv value; /* unfolded, encoded words decoded, UTF-8, trimmed */
};

/* Why a person does not see a piece of rendered text. */
enum message_hidden_reason {
	HIDDEN_NOT,        /* it is seen */
	HIDDEN_DISPLAY,    /* display: none, the attribute "hidden", ... */
	HIDDEN_VISIBILITY, /* visibility: hidden */
	HIDDEN_OPACITY,    /* transparent */
	HIDDEN_AWAY,       /* outside of the page, or in a box of no size */
	HIDDEN_FONT,       /* one pixel or smaller */
	HIDDEN_COLOR,      /* in the colour of its background, or nearly */
	HIDDEN_OUTLOOK,    /* mso-hide: Outlook alone does not show it */
	HIDDEN_COUNT,
};

struct message_hidden {
	size_t from, to; /* bytes of the part's rendered text */
	enum message_hidden_reason reason;
};

/* Of a part that was read as HTML. Hidden text is part of the rendered text
 * like all other: rules see everything. What is hidden is judged without
 * building a page, from attributes, style attributes and simple rules of
 * <style>: good for weighing, not a proof. */
struct message_html {
	struct sv title;               /* blanks as in rendered text */
	struct message_hidden *hidden; /* sorted, apart, without the blanks
	                                  at their ends; the first 256 */
	size_t n_hidden;
	size_t hidden_bytes[HIDDEN_COUNT]; /* of rendered text, all of it */
	size_t comment_bytes, script_bytes, style_bytes; /* of source */
	size_t n_links;         /* <a> with an address, with repetitions */
	size_t n_images;        /* <img> with an address */
	size_t n_data_images;   /* of these, held in the address itself */
	size_t n_tiny_images;   /* of these, two pixels or less each way */
	uint64_t image_area_px; /* of these that state width and height */
	size_t n_forms, n_scripts;
};

/* The same of all HTML parts of a message. */
struct message_hidden_sum {
	size_t of;                      /* bytes of rendered text */
	size_t bytes;                   /* of these, hidden */
	size_t by_reason[HIDDEN_COUNT]; /* of these, for each reason */
};

struct message_part {
	int parent;     /* index; -1: the message itself */
	unsigned depth; /* 0: the message itself */
	bool is_leaf;   /* holds no other parts */
	bool is_text;   /* shown as text, whatever its type says */
	bool is_inline; /* stood uuencoded or in yEnc in a text beside it */
	struct message_header *headers;
	size_t n_headers;
	struct sv type;        /* "text/html", lower case; never empty */
	struct sv charset;     /* as declared, lower case; or empty */
	const char *guessed;   /* what it was read as instead; or NULL */
	struct sv encoding;    /* lower case; or empty */
	struct sv disposition; /* "attachment", lower case; or empty */
	struct sv filename;    /* decoded; or empty */
	/* Header and body as they stand: what the signature of a
	 * multipart/signed covers if this is its first part (RFC 1847). */
	struct sv entity;
	struct sv raw;             /* the body as it stands, still encoded */
	struct sv data;            /* leaf parts: transfer encoding undone; in
	                              text and message types lines end in LF */
	struct sv text;            /* text parts: data as UTF-8 */
	struct sv rendered;        /* text parts: what a person reads */
	struct message_html *html; /* NULL unless read as HTML */
};

enum message_url_source { URL_TEXT, URL_LINK, URL_IMAGE, URL_FORM, URL_QR };

/* What a QR code in a picture says. */
struct message_code {
	int part;       /* index of the picture */
	struct sv text; /* UTF-8 */
};

struct message_url {
	struct sv raw;  /* as found */
	struct sv url;  /* as a client would open it: scheme, host lower case */
	struct sv host; /* A-labels, lower case; "" if none (mailto) */
	struct sv host_unicode; /* the same with U-labels */
	struct sv domain; /* registered domain of the host (libpsl), or host */
	struct sv anchor; /* the text of a link, or what stands for an
	                     image; or empty */
	enum message_url_source source;
	bool is_bare;       /* found without a scheme: url has one, raw not */
	bool is_obfuscated; /* "hxxp", "a[.]org", disguised host */
	bool is_redirect_target; /* found in another URL only */
	bool is_numeric_host;    /* the host is an address */
	bool has_userinfo;       /* "user@" before the host */
	bool is_deceptive; /* the link's text shows another domain, and that
	                      is none it redirects to */
	int part;          /* index of the part it stands in */
};

/* Where a URI was found: in text, and how; else in which tag. */
enum message_uri_type {
	URI_PARSED = 1 << 0, /* in text */
	URI_SCHEMELESS = 1 << 1,
	URI_UNLINKED = 1 << 2, /* a bare host name: not all clients link it */
	URI_A = 1 << 3,
	URI_AREA = 1 << 4,
	URI_LINK = 1 << 5,
	URI_IMG = 1 << 6,
	URI_FRAME = 1 << 7,
	URI_IFRAME = 1 << 8,
	URI_EMBED = 1 << 9,
	URI_SCRIPT = 1 << 10,
	URI_BGSOUND = 1 << 11,
	URI_FORM = 1 << 12,
	URI_BASE = 1 << 13,
	URI_META = 1 << 14,
	URI_BODY = 1 << 15,
	URI_TABLE = 1 << 16,
	URI_TR = 1 << 17,
	URI_TD = 1 << 18,
};

struct message_uri_host {
	struct sv host;   /* A-labels, lower case; or an address */
	struct sv domain; /* its registered domain */
};

/* A URI as SpamAssassin's rules know it (get_uri_detail_list): what they see
 * of it, and where it stood. Clients may make more of a message: see
 * message_url. */
struct message_uri {
	struct sv uri;      /* as found, resolved against <base> */
	unsigned types;     /* of enum message_uri_type */
	struct sv *cleaned; /* its spellings, the first as found, and
	                       those of what it redirects to */
	size_t n_cleaned;
	struct message_uri_host *hosts; /* of the spellings */
	size_t n_hosts;
	struct sv *anchors; /* the texts of links */
	size_t n_anchors;
};

/* The name of one type: "parsed", "a", "img", ...; or 0. And of bit i, which
 * is below MESSAGE_URI_TYPES, the name. */
enum { MESSAGE_URI_TYPES = 19 };
unsigned message_uri_type_find(struct sv name);
struct sv message_uri_type_word(unsigned i);

/* A text that rules look at, as a list of elements: each is matched by
 * itself, and "^" and "$" are its ends. */
enum view_kind {
	VIEW_HEADER,  /* not a list: the headers of parts[0] */
	VIEW_BODY,    /* subject, then paragraphs of the rendered text */
	VIEW_RAWBODY, /* text parts, decoded but not rendered, in chunks */
	VIEW_FULL,    /* one element: the message as it came */
	VIEW_URI,     /* one element a spelling of a URI */
	VIEW_URL,     /* the same, and what else clients open */
	/* Folded when rules look at them (see fold.h), so that they are not
	 * in the message; element by element made of the view they are of. */
	VIEW_SKELETON,     /* of the body */
	VIEW_URI_SKELETON, /* of the URLs */
	/* Made for rules that look at them: see part_header.h. */
	VIEW_MIMEHEADER, /* one element a part: one header of it */
	VIEW_URI_DETAIL, /* one side of all URIs: their hosts, ... */
	VIEW_COUNT,
};

struct view {
	struct sv *elements;
	size_t n;
};

struct message {
	struct sv raw;              /* mail: all bytes; post: the text */
	struct sv mail;             /* the same without a "From " line */
	struct sv head;             /* mail: up to the empty line */
	struct message_part *parts; /* [0] is the message itself */
	size_t n_parts;
	struct message_url *urls; /* distinct ones, in order */
	size_t n_urls;
	struct message_uri *uris; /* those in text first */
	size_t n_uris;
	struct message_code *codes; /* in the order of the parts */
	size_t n_codes;
	struct view views[VIEW_COUNT];
	const char **limits_hit; /* option names: "message.parts_max" */
	size_t n_limits_hit;
	size_t replaced; /* characters that no charset explained */
	size_t guessed;  /* texts whose charset was guessed */
};

/* Loads what reading takes from disk (converters of charsets, the Public
 * Suffix List) and keeps it, so that no file is opened afterwards. For a
 * process that is about to be locked in; others need not call it. Once, from
 * one thread. */
void message_prepare(void);

/* Reads a mail; CRLF and LF, and a "From " line of a mailbox before it, are
 * all right. */
struct message *message_parse(struct arena *a, struct sv raw,
                              const struct conf_message *limits);

/* How the codes in pictures are read, as this layer decodes none: `read`
 * gives the texts in the picture `data`, at most `max`, in the arena, and
 * returns NULL, or for want of what it could not. */
struct message_images {
	const char *(*read)(void *ctx, struct arena *a, struct sv data,
	                    struct sv *ret_texts, size_t max, size_t *ret_n);
	void *ctx;
};

/* The same; `images` NULL: pictures are not looked at. */
struct message *message_parse_images(struct arena *a, struct sv raw,
                                     const struct conf_message *limits,
                                     const struct message_images *images);

/* A post: `text` or `html` (the other one empty), UTF-8 as JSON demands.
 * The title becomes the Subject; author, e-mail and link are From and a URL. */
struct message_post {
	struct sv title, text, html, author, email, url;
	struct sv charset; /* of all of them; "": UTF-8 */
	/* The author's browser, the page it came from, and what was written
	 * into a field that people do not see. Rules find them as headers:
	 * X-Post-User-Agent, X-Post-Referrer, X-Post-Honeypot. */
	struct sv user_agent, referrer, honeypot;
};
struct message *message_from_post(struct arena *a,
                                  const struct message_post *post,
                                  const struct conf_message *limits);

/* The first header of that name in the message's own header, or NULL. */
const struct message_header *message_header(const struct message *m,
                                            const char *name);

void message_hidden_sum(const struct message *m,
                        struct message_hidden_sum *ret);

/* "display", "visibility", "opacity", "away", "font", "color", "outlook". */
const char *message_hidden_word(enum message_hidden_reason reason);

/* A header value, or a part of one, as a person reads it: unfolded, encoded
 * words decoded (RFC 2047), UTF-8. `raw` itself when nothing is to be done. */
struct sv message_decode_text(struct arena *a, struct sv raw);

/* "header", "body", "rawbody", "full", "uri", "url", "skeleton",
 * "uri_skeleton". */
const char *view_word(enum view_kind kind);

/* The view that a skeleton is folded from; of others, itself. */
enum view_kind view_original(enum view_kind kind);

#endif
