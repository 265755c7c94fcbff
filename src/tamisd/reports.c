/* SPDX-License-Identifier: Apache-2.0 */
#include "tamisd/reports.h"

#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "ingress/intake.h"

enum {
	MAIL_BYTES_MAX = 64 << 20,
	REQUEST_BYTES_MAX = MAIL_BYTES_MAX + 8192,
	ANSWER_BYTES_MAX = 4096,
	CLIENT_MS = 5000, /* for all of a mail */
};

/* ---- the supervisor's side ---- */

static void
write_error(struct buf *out, const char *why)
{
	intake_answer(E_STATE, &(struct feedback_answer){ .why = why }, out);
}

/* From the client to the file; false: too slow, or cut short. */
static bool
pass_mail(const struct report_request *r, int fd)
{
	struct pollfd wait = { .fd = r->client_fd, .events = POLLIN };
	int64_t end = clock_mono_us() + CLIENT_MS * 1000, left = r->bytes;
	struct sv begin = sv_sub(r->begin, 0, (size_t)r->bytes);
	char block[65536];

	if (file_write_fd(fd, begin))
		return false;
	for (left -= (int64_t)begin.n; left > 0;) {
		int64_t wait_ms = (end - clock_mono_us()) / 1000;
		size_t most =
		    left < (int64_t)sizeof block ? (size_t)left : sizeof block;
		ssize_t n;

		if (wait_ms <= 0 || poll(&wait, 1, (int)wait_ms) <= 0)
			return false;
		n = read(r->client_fd, block, most);
		if (n <= 0 || file_write_fd(fd, sv_make(block, (size_t)n)))
			return false;
		left -= n;
	}
	return true;
}

static struct child *
find_scanner(struct supervisor *s)
{
	for (size_t i = 0; i < s->n_scanners; i++)
		if (s->scanners[i].ready)
			return &s->scanners[i];
	return NULL;
}

static const char *
ask(struct supervisor *s, const struct report_request *r, int fd,
    struct buf *out)
{
	struct child *scanner = find_scanner(s);
	char why[CHILD_PACKET_MAX];

	if (!scanner)
		return "no scanner is ready";
	if (file_write_fd(fd, sv_str(r->form)) || file_write_fd(fd, SV("\n")) ||
	    file_write_fd(fd, sv_str(r->report)) ||
	    file_write_fd(fd, SV("\n")) || !pass_mail(r, fd))
		return "the mail did not come";
	if (!supervisor_ask(s, scanner, "feedback", fd, why) ||
	    lseek(fd, 0, SEEK_SET) || file_read_fd(fd, out) || out->n == 0)
		return "the scanner did not answer";
	return NULL;
}

void
reports_ask(struct supervisor *s, const struct report_request *r,
            struct buf *out)
{
	int fd = memfd_create("tamis-report", MFD_CLOEXEC);
	const char *why = "no report came along";

	if (r->bytes < 0 || r->bytes > MAIL_BYTES_MAX)
		why = "the mail is too large";
	else if (r->report && fd >= 0)
		why = ask(s, r, fd, out);
	if (why) {
		buf_reset(out);
		write_error(out, why);
	}
	if (fd >= 0)
		close(fd);
}

/* ---- the scanner's side ---- */

static void
take(struct ingress *in, struct sv request, struct buf *out)
{
	const struct intake_rights rights = { true, true };
	struct feedback f = { .source = FEEDBACK_BY_CLI };
	struct feedback_answer said = { 0 };
	struct arena *a = arena_new();
	char why[INTAKE_WHY];
	struct sv form = SV(""), json = SV("");
	int result;

	sv_line(&request, &form);
	sv_line(&request, &json);
	result = intake_read(json, a, &rights, &f, why);
	said.why = why;
	if (result == 0 && sv_eq(form, SV("arf")))
		result = intake_mail(in, request, &f, &said);
	else if (result == 0 && sv_eq(form, SV("mail")))
		result = intake_message(in, request, &f, &said);
	else if (result == 0)
		result = intake_submit(in, &f, &said);
	intake_answer(result, &said, out);
	arena_free(a);
}

int
reports_take(struct ingress *in, int fd)
{
	struct buf request = BUF_INIT(REQUEST_BYTES_MAX);
	struct buf out = BUF_INIT(ANSWER_BYTES_MAX);
	int result = E_IO;

	if (lseek(fd, 0, SEEK_SET) == 0 && file_read_fd(fd, &request) == 0) {
		take(in, buf_sv(&request), &out);
		if (ftruncate(fd, 0) == 0 && lseek(fd, 0, SEEK_SET) == 0)
			result = file_write_fd(fd, buf_sv(&out));
	}
	buf_done(&request);
	buf_done(&out);
	return result;
}
