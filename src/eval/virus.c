/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin AntiVirus: attachments that are programs, or are not what their
 * names say. */
#include "eval/parts.h"

enum { VIRUS_NAME, VIRUS_BASE64, VIRUS_UUENCODE };

static const char *const program_regexes[] = {
	[VIRUS_NAME] =
	    "\\.(?:ad[ep]|asx|ba[st]|chm|cmd|com|cpl|crt|dll|exe|hlp|hta"
	    "|in[fs]|isp|jse?|lnk|md[abetwz]|ms[cipt]|nws|ops|pcd|pif|prf|reg"
	    "|sc[ft]|scr.?|sh[bsm]|swf|url|vb[esx]?|vxd|ws[cfh])$",
	[VIRUS_BASE64] = "^TV[opqr].A..[AB].[AQgw][A-H].A",
	[VIRUS_UUENCODE] = "(?m)^M35[GHIJK].`..`..*````",
	NULL,
};

static struct sv
first_line(struct sv s)
{
	return sv_sub(s, 0, sv_find_char(s, '\n'));
}

/* check_microsoft_executable */
static bool
is_program(struct eval_job *job, const struct eval_call *call)
{
	const struct message *m = job->message;
	const struct eval_part *parts = eval_parts(job);

	for (size_t i = 0; i < m->n_parts; i++) {
		const struct message_part *part = &m->parts[i];
		struct sv name = eval_lower(job, part->filename);

		if (!part->is_leaf || part->is_inline)
			continue;
		job->note = name;
		if (eval_matches(job, call->regexes[VIRUS_NAME], name))
			return true;
		if (sv_find(parts[i].encoding, SV("base64")) != SV_NOT_FOUND) {
			if (eval_matches(job, call->regexes[VIRUS_BASE64],
			                 first_line(part->raw)))
				return true;
		} else if (sv_starts(parts[i].type, SV("text")) &&
		           eval_matches(job, call->regexes[VIRUS_UUENCODE],
		                        part->raw)) {
			return true;
		}
	}
	return false;
}

/* What names end in, and the types that go with it. */
static const char *const suspect_regexes[] = {
	"^(?:txt|[px]?html?|xml)$",
	"^(?:text/(?:plain|[px]?html?|english|sgml|xml|enriched|richtext)"
	"|message/external-body)",
	"^(?:jpe?g|tiff?|gif|png)$",
	"^(?:image/|application/mac-binhex)",
	"^vcf$",
	"^text/vcard$",
	"^(?:bat|com|exe|pif|scr|swf|vbs)$",
	"^application/",
	"^doc$",
	"^application/.*word$",
	"^ppt$",
	"^application/.*(?:powerpoint|ppt)$",
	"^xls$",
	"^application/.*excel$",
	NULL,
};

/* "application/x-foo" and "application/vnd.foo" as "application/foo" */
static struct sv
plain_type(struct eval_job *job, struct sv type)
{
	size_t slash = sv_find_char(type, '/'), skip = 0;

	if (slash == SV_NOT_FOUND)
		return type;
	if (sv_starts(sv_from(type, slash + 1), SV("x-")))
		skip = 2;
	else if (sv_starts(sv_from(type, slash + 1), SV("vnd.")))
		skip = 4;
	return skip ? arena_printf(job->arena, SV_FMT SV_FMT,
	                           SV_ARG(sv_sub(type, 0, slash + 1)),
	                           SV_ARG(sv_from(type, slash + 1 + skip)))
	            : type;
}

static struct sv
name_end(struct sv name)
{
	size_t at = name.n;

	while (at > 0 && name.p[at - 1] != '.')
		at--;
	return sv_from(name, at);
}

/* check_suspect_name */
static bool
suspect_name(struct eval_job *job, const struct eval_call *call)
{
	const struct message *m = job->message;
	const struct eval_part *parts = eval_parts(job);

	for (size_t i = 0; i < m->n_parts; i++) {
		struct sv name = eval_lower(job, m->parts[i].filename);
		struct sv type = plain_type(job, parts[i].type);

		if (!m->parts[i].is_leaf || name.n == 0 ||
		    sv_eq_str(type, "application/octet-stream"))
			continue;
		job->note = name;
		for (size_t k = 0; suspect_regexes[k]; k += 2)
			if (eval_matches(job, call->regexes[k],
			                 name_end(name)) &&
			    !eval_matches(job, call->regexes[k + 1], type))
				return true;
	}
	return false;
}

static const struct eval_function functions[] = {
	{ "check_microsoft_executable", "", is_program, program_regexes },
	{ "check_suspect_name", "", suspect_name, suspect_regexes },
	{ NULL, NULL, NULL, NULL },
};

const struct eval_plugin eval_plugin_virus = {
	.name = "AntiVirus",
	.is_default = false,
	.functions = functions,
};
