/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin PDFInfo: documents that are attached. */
#include "eval/parts.h"
#include "eval/pdf_read.h"

enum { FILES_MAX = 50 };

struct pdf_file {
	struct sv name;
	bool is_read; /* what it is named, and it is one */
	struct pdf pdf;
};

struct pdf_files {
	struct pdf_file *list[FILES_MAX];
	size_t n;
};

static bool
is_pdf(const struct message_part *part, struct sv type)
{
	bool is_document = sv_eq_str(type, "application/pdf") ||
	                   sv_eq_str(type, "image/pdf"),
	     is_other = sv_eq_str(type, "application/octet-stream") ||
	                sv_eq_str(type, "image/octet-stream");

	return is_document ||
	       (is_other && (sv_iends(part->filename, SV(".pdf")) ||
	                     sv_iends(part->filename, SV(".fdf"))));
}

/* PDFInfo::parsed_metadata */
static const struct pdf_files *
files_of(struct eval_job *job)
{
	const struct message *m = job->message;
	const struct eval_part *parts = eval_parts(job);
	struct pdf_files *all = job->facts[FACTS_PDF];

	if (all)
		return all;
	all = job->facts[FACTS_PDF] = ARENA_NEW(job->arena, struct pdf_files);
	for (size_t i = 0; i < m->n_parts && all->n < FILES_MAX; i++) {
		struct pdf_file *file;

		if (!m->parts[i].is_leaf || m->parts[i].is_inline ||
		    !is_pdf(&m->parts[i], parts[i].node_type))
			continue;
		file = ARENA_NEW(job->arena, struct pdf_file);
		file->name = m->parts[i].filename;
		file->is_read =
		    pdf_read(job->arena, m->parts[i].data, &file->pdf);
		all->list[all->n++] = file;
	}
	return all;
}

/* The next file that was read; NULL at the end. Start with *pos = 0. */
static const struct pdf_file *
next_file(struct eval_job *job, size_t *pos)
{
	const struct pdf_files *all = files_of(job);

	while (*pos < all->n) {
		const struct pdf_file *file = all->list[(*pos)++];

		if (file->is_read)
			return file;
	}
	return NULL;
}

static bool
is_between(const struct eval_call *call, double value)
{
	return value >= call->args[0].number && eval_at_most(call, 1, value);
}

/* pdf_count */
static bool
count(struct eval_job *job, const struct eval_call *call)
{
	return is_between(call, (double)files_of(job)->n);
}

/* pdf_image_count */
static bool
image_count(struct eval_job *job, const struct eval_call *call)
{
	const struct pdf_file *file;
	size_t pos = 0, n = 0;

	while ((file = next_file(job, &pos)))
		n += file->pdf.n_images;
	return is_between(call, (double)n);
}

/* Of the last file with pictures; 0: there is none. */
static double
area(struct eval_job *job)
{
	const struct pdf_file *file;
	size_t pos = 0;
	double last = 0;

	while ((file = next_file(job, &pos)))
		if (file->pdf.area > 0)
			last = file->pdf.area;
	return last;
}

/* pdf_pixel_coverage */
static bool
coverage(struct eval_job *job, const struct eval_call *call)
{
	double all = area(job);

	return all > 0 && is_between(call, all);
}

static const struct view *
text_of(const struct eval_job *job, const struct eval_call *call)
{
	return &job->message->views[call->view == VIEW_RAWBODY ? VIEW_RAWBODY
	                                                       : VIEW_BODY];
}

/* pdf_image_to_text_ratio */
static bool
text_ratio(struct eval_job *job, const struct eval_call *call)
{
	const struct view *text = text_of(job, call);
	double bytes = 0, all = area(job);

	for (size_t i = 0; i < text->n; i++)
		bytes += (double)text->elements[i].n;
	if (bytes <= 0 || all <= 0)
		return false;
	return bytes / all >= call->args[0].number &&
	       bytes / all < call->args[1].number;
}

/* pdf_is_empty_body */
static bool
is_empty_body(struct eval_job *job, const struct eval_call *call)
{
	const struct view *text = text_of(job, call);
	double bytes = 0;

	for (size_t i = 1; i < text->n; i++) /* behind the subject */
		if (sv_trim(text->elements[i]).n)
			bytes += (double)text->elements[i].n;
	return files_of(job)->n > 0 &&
	       bytes <= (eval_has_arg(call, 0) ? call->args[0].number : 0);
}

/* pdf_is_encrypted */
static bool
is_encrypted(struct eval_job *job, const struct eval_call *call)
{
	const struct pdf_file *file;
	size_t pos = 0;

	(void)call;
	while ((file = next_file(job, &pos)))
		if (file->pdf.is_encrypted)
			return true;
	return false;
}

/* pdf_named */
static bool
is_named(struct eval_job *job, const struct eval_call *call)
{
	const struct pdf_file *file;
	size_t pos = 0;

	while ((file = next_file(job, &pos)))
		if (file->name.n && sv_eq(file->name, call->args[0].text))
			return true;
	return false;
}

/* pdf_name_regex */
static bool
name_matches(struct eval_job *job, const struct eval_call *call)
{
	const struct pdf_file *file;
	size_t pos = 0;

	while ((file = next_file(job, &pos)))
		if (file->name.n &&
		    eval_matches(job, call->regex, file->name)) {
			job->note = file->name;
			return true;
		}
	return false;
}

/* pdf_image_size_exact HEIGHT WIDTH */
static bool
size_is(struct eval_job *job, const struct eval_call *call)
{
	const struct pdf_file *file;
	size_t pos = 0;

	while ((file = next_file(job, &pos)))
		for (size_t i = 0; i < file->pdf.n_sizes; i++)
			if (file->pdf.sizes[i].height == call->args[0].number &&
			    file->pdf.sizes[i].width == call->args[1].number)
				return true;
	return false;
}

/* pdf_image_size_range HEIGHT WIDTH [HEIGHT [WIDTH]] */
static bool
size_is_between(struct eval_job *job, const struct eval_call *call)
{
	const struct pdf_file *file;
	size_t pos = 0;

	while ((file = next_file(job, &pos)))
		for (size_t i = 0; i < file->pdf.n_sizes; i++) {
			const struct pdf_size *s = &file->pdf.sizes[i];

			if (s->height >= call->args[0].number &&
			    s->width >= call->args[1].number &&
			    eval_at_most(call, 2, s->height) &&
			    eval_at_most(call, 3, s->width))
				return true;
		}
	return false;
}

/* pdf_match_md5 */
static bool
md5_is(struct eval_job *job, const struct eval_call *call)
{
	const struct pdf_file *file;
	size_t pos = 0;

	while ((file = next_file(job, &pos)))
		if (sv_ieq_str(call->args[0].text, file->pdf.md5))
			return true;
	return false;
}

/* pdf_match_fuzzy_md5 */
static bool
fuzzy_md5_is(struct eval_job *job, const struct eval_call *call)
{
	struct sv want = call->args[0].text;
	const struct pdf_file *file;
	size_t pos = 0;

	while ((file = next_file(job, &pos)))
		if (want.n && (sv_ieq_str(want, file->pdf.fuzzy) ||
		               sv_ieq_str(want, file->pdf.names)))
			return true;
	return false;
}

/* pdf_match_details */
static bool
detail_matches(struct eval_job *job, const struct eval_call *call)
{
	static const char *const words[PDF_DETAILS] = {
		[PDF_AUTHOR] = "author",     [PDF_CREATOR] = "creator",
		[PDF_CREATED] = "created",   [PDF_MODIFIED] = "modified",
		[PDF_PRODUCER] = "producer", [PDF_TITLE] = "title",
	};
	const struct pdf_file *file;
	size_t pos = 0;
	int detail = 0;

	while (detail < PDF_DETAILS &&
	       !sv_eq_str(call->args[0].text, words[detail]))
		detail++;
	while (detail < PDF_DETAILS && (file = next_file(job, &pos))) {
		const struct pdf_values *v = &file->pdf.details[detail];

		for (size_t i = 0; i < v->n; i++)
			if (eval_matches(job, call->regex, v->list[i])) {
				job->note = v->list[i];
				return true;
			}
	}
	return false;
}

static const struct eval_function functions[] = {
	{ "pdf_count", "n?n", count, NULL },
	{ "pdf_image_count", "n?n", image_count, NULL },
	{ "pdf_pixel_coverage", "n?n", coverage, NULL },
	{ "pdf_image_size_exact", "nn", size_is, NULL },
	{ "pdf_image_size_range", "nn?nn", size_is_between, NULL },
	{ "pdf_named", "t", is_named, NULL },
	{ "pdf_name_regex", "r", name_matches, NULL },
	{ "pdf_image_to_text_ratio", "nn", text_ratio, NULL },
	{ "pdf_match_md5", "t", md5_is, NULL },
	{ "pdf_match_fuzzy_md5", "t", fuzzy_md5_is, NULL },
	{ "pdf_match_details", "tr", detail_matches, NULL },
	{ "pdf_is_encrypted", "", is_encrypted, NULL },
	{ "pdf_is_empty_body", "?n", is_empty_body, NULL },
	{ NULL, NULL, NULL, NULL },
};

const struct eval_plugin eval_plugin_pdf = {
	.name = "PDFInfo",
	.is_default = false,
	.functions = functions,
};
