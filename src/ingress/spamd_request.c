/* SPDX-License-Identifier: Apache-2.0 */
#include "ingress/spamd_request.h"

#include <stdio.h>

static const char *const words[SPAMD_COMMANDS] = {
	[SPAMD_CHECK] = "CHECK",     [SPAMD_SYMBOLS] = "SYMBOLS",
	[SPAMD_REPORT] = "REPORT",   [SPAMD_REPORT_IFSPAM] = "REPORT_IFSPAM",
	[SPAMD_HEADERS] = "HEADERS", [SPAMD_PROCESS] = "PROCESS",
	[SPAMD_TELL] = "TELL",       [SPAMD_SKIP] = "SKIP",
	[SPAMD_PING] = "PING",
};

const char *
spamd_command_word(enum spamd_command c)
{
	return words[c];
}

static int
fail(char why[SPAMD_WHY_MAX], int code, const char *text)
{
	snprintf(why, SPAMD_WHY_MAX, "%s", text);
	return code;
}

/* ---- the first line ---- */

/* "1.5" is 15; what follows the first decimal does not matter, and what is no
 * number is version 0, as spamd has it. */
static unsigned
read_version(struct sv text)
{
	unsigned whole = 0;
	size_t i = 0;

	for (; i < text.n && i < 3 && sv_is_digit(text.p[i]); i++)
		whole = whole * 10 + (unsigned)(text.p[i] - '0');
	if (i + 1 < text.n && text.p[i] == '.' && sv_is_digit(text.p[i + 1]))
		return whole * 10 + (unsigned)(text.p[i + 1] - '0');
	return whole * 10;
}

static bool
has_fields(const struct spamd_request *r)
{
	if (r->command >= SPAMD_SKIP)
		return r->version_tenths >= 15;
	return r->version_tenths > 10 || r->command == SPAMD_TELL;
}

static int
read_command(struct spamd_request *r, struct sv line, char why[SPAMD_WHY_MAX])
{
	struct sv word;

	if (!sv_split(&line, ' ', &word) || !sv_starts(line, SV("SPAMC/")))
		return fail(why, E_SYNTAX, "(not a spamd command)");
	for (r->command = 0; r->command < SPAMD_COMMANDS; r->command++)
		if (sv_eq_str(word, words[r->command]))
			break;
	if (r->command == SPAMD_COMMANDS)
		return fail(why, E_SYNTAX, "(unknown command)");
	r->version_tenths = read_version(sv_from(line, strlen("SPAMC/")));
	r->has_command = true;
	r->complete = !has_fields(r);
	return 0;
}

/* ---- fields ---- */

static int
read_length(struct spamd_request *r, struct sv value, char why[SPAMD_WHY_MAX])
{
	if (!sv_u64(value, &r->length))
		return fail(why, E_SYNTAX, "(Content-length is not a number)");
	r->has_length = true;
	return 0;
}

static int
read_user(struct spamd_request *r, struct sv value, char why[SPAMD_WHY_MAX])
{
	for (size_t i = 0; i < value.n; i++)
		if ((unsigned char)value.p[i] < ' ')
			return fail(why, E_SYNTAX,
			            "(control character in User)");
	if (value.n >= sizeof r->user)
		return fail(why, E_LIMIT, "(User is too long)");
	memcpy(r->user, value.p, value.n);
	r->user[value.n] = '\0';
	return 0;
}

static int
read_compress(struct spamd_request *r, struct sv value, char why[SPAMD_WHY_MAX])
{
	if (sv_ifind(value, SV("zlib")) == SV_NOT_FOUND)
		return fail(why, E_SYNTAX, "(unknown kind of compression)");
	r->compressed = true;
	return 0;
}

/* "spam" or "ham"; whoever uses it decides about other words. */
static int
read_class(struct spamd_request *r, struct sv value, char why[SPAMD_WHY_MAX])
{
	if (value.n >= sizeof r->message_class)
		return fail(why, E_SYNTAX, "(unknown Message-class)");
	memcpy(r->message_class, value.p, value.n);
	r->message_class[value.n] = '\0';
	return 0;
}

static void
read_places(struct sv value, bool *ret_local, bool *ret_remote)
{
	*ret_local = sv_ifind(value, SV("local")) != SV_NOT_FOUND;
	*ret_remote = sv_ifind(value, SV("remote")) != SV_NOT_FOUND;
}

static int
read_set(struct spamd_request *r, struct sv value, char why[SPAMD_WHY_MAX])
{
	(void)why;
	read_places(value, &r->set_local, &r->set_remote);
	return 0;
}

static int
read_remove(struct spamd_request *r, struct sv value, char why[SPAMD_WHY_MAX])
{
	(void)why;
	read_places(value, &r->remove_local, &r->remove_remote);
	return 0;
}

static const struct {
	const char *name;
	int (*read)(struct spamd_request *r, struct sv value,
	            char why[SPAMD_WHY_MAX]);
} fields[] = {
	{ "Content-length", read_length },
	{ "User", read_user },
	{ "Compress", read_compress },
	{ "Message-class", read_class },
	{ "Set", read_set },
	{ "Remove", read_remove },
};

/* Fields that we do not know are passed over: the protocol wants it so. */
static int
read_field(struct spamd_request *r, struct sv line, char why[SPAMD_WHY_MAX])
{
	size_t colon = sv_find_char(line, ':');
	struct sv name, value;

	if (line.n == 0) {
		r->complete = true;
		return 0;
	}
	if (++r->fields > SPAMD_FIELDS_MAX)
		return fail(why, E_LIMIT, "(too many fields)");
	if (colon == SV_NOT_FOUND)
		return fail(why, E_SYNTAX, "(field without a colon)");
	name = sv_sub(line, 0, colon);
	value = sv_from(line, colon + 1);
	while (value.n && sv_is_blank(*value.p))
		value = sv_from(value, 1);
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (sv_ieq_str(name, fields[i].name))
			return fields[i].read(r, value, why);
	return 0;
}

int
spamd_request_read(struct spamd_request *r, struct sv bytes, bool ended,
                   char why[SPAMD_WHY_MAX])
{
	int result = 0;

	while (!r->complete && result == 0) {
		struct sv rest = sv_from(bytes, r->used), line;
		size_t end =
		    sv_find_char(sv_sub(rest, 0, SPAMD_LINE_MAX), '\n');

		if (end == SV_NOT_FOUND && rest.n >= SPAMD_LINE_MAX)
			return fail(why, E_LIMIT, "(line is too long)");
		if (end == SV_NOT_FOUND)
			return ended ? fail(why, E_SYNTAX,
			                    r->has_command
			                        ? "(end within the fields)"
			                        : "(no complete command)")
			             : E_STATE;
		line = sv_sub(rest, 0, end);
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		r->used += end + 1;
		result = r->has_command ? read_field(r, line, why)
		                        : read_command(r, line, why);
	}
	return result;
}
