/* SPDX-License-Identifier: Apache-2.0 */
#include "tamisd/bundle.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

enum {
	CONF_BYTES_MAX = 1024 * 1024,
	BUNDLE_BYTES_MAX = 256 * 1024 * 1024,
	REPORT_BYTES_MAX = 1024 * 1024,
};

static int
read_conf(const char *path, struct bundle *b, struct diags *diags)
{
	struct buf text = BUF_INIT(CONF_BYTES_MAX);
	int result = 0;

	if (path && (result = file_read(path, &text)))
		diags_add(diags, SEVERITY_ERROR, path, 0, "%s",
		          result == E_LIMIT ? "file is too large"
		                            : "cannot be read");
	if (result == 0) {
		b->conf = conf_parse(buf_sv(&text), path ? path : "(defaults)",
		                     diags);
		rule_sources_add(&b->sources, path ? path : "(defaults)",
		                 buf_sv(&text));
	}
	buf_done(&text);
	return b->conf ? 0 : E_SYNTAX;
}

int
bundle_read(const char *path, struct bundle *ret, struct diags *diags)
{
	struct rule_sources rules = { 0 };
	int result;

	*ret = (struct bundle){ 0 };
	result = read_conf(path, ret, diags);
	if (result == 0)
		result =
		    rule_sources_read(&ret->conf->rule.paths, &rules, diags);
	if (result == 0)
		rule_sources_take(&ret->sources, &rules);
	else
		bundle_done(ret);
	rule_sources_done(&rules);
	return result;
}

void
bundle_done(struct bundle *b)
{
	rule_sources_done(&b->sources);
	conf_unref(b->conf);
	*b = (struct bundle){ 0 };
}

struct snapshot *
bundle_compile(const struct rule_sources *sources, struct diags *diags)
{
	const struct rule_source *first = &sources->list[0];
	struct rule_sources rules = { 0 };
	struct snapshot *s;
	struct rule_set *set;
	struct conf *conf;

	conf =
	    conf_parse(sv_make(first->text, first->bytes), first->file, diags);
	if (!conf)
		return NULL;
	/* A view of the rest: rule_set_compile() only reads. */
	rules.list = sources->list + 1;
	rules.n = rules.size = sources->n - 1;
	set = rule_set_compile(&rules, conf, diags);
	if (!set) {
		conf_unref(conf);
		return NULL;
	}
	s = snapshot_new(conf, set);
	snapshot_open_geo(s, diags);
	return s;
}

/* The checking process: a line "ok N HASH" or "bad", then diagnostics. */
static void
check_in_child(const struct bundle *b, bool strict, int fd)
{
	struct diags diags = DIAGS_INIT;
	struct snapshot *s = bundle_compile(&b->sources, &diags);
	FILE *out = fdopen(fd, "w");

	if (!out)
		_exit(1);
	if (s)
		rule_set_run_tests(s->rules, &diags);
	if (s && (diags.errors == 0 || !strict))
		fprintf(out, "ok %zu %s\n", rule_set_count(s->rules),
		        rule_set_hash(s->rules));
	else
		fprintf(out, "bad\n");
	diags_print(&diags, out);
	fflush(out);
	_exit(0);
}

static void
read_report(struct sv text, struct bundle_report *ret)
{
	struct sv first, word, count, hash;

	if (!sv_line(&text, &first) || !sv_word(&first, &word)) {
		ret->text = mem_strdup("the check of the rules died: see the "
		                       "system's log");
		return;
	}
	ret->text = mem_dup(text.p, text.n);
	if (sv_eq(word, SV("ok")) && sv_word(&first, &count) &&
	    sv_word(&first, &hash) && sv_u64(count, &ret->rules)) {
		ret->ok = true;
		snprintf(ret->ruleset, sizeof ret->ruleset, SV_FMT,
		         SV_ARG(hash));
	}
}

void
bundle_check(const struct bundle *b, bool strict, struct bundle_report *ret)
{
	struct buf text = BUF_INIT(REPORT_BYTES_MAX);
	int fds[2], status;
	pid_t pid;

	*ret = (struct bundle_report){ 0 };
	if (pipe(fds)) {
		ret->text = mem_strdup("no pipe for checking the rules");
		return;
	}
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		check_in_child(b, strict, fds[1]);
	}
	close(fds[1]);
	if (pid < 0 || file_read_fd(fds[0], &text) == E_IO)
		buf_reset(&text);
	close(fds[0]);
	if (pid > 0)
		waitpid(pid, &status, 0);
	read_report(buf_sv(&text), ret);
	buf_done(&text);
}

int
bundle_to_fd(const struct bundle *b)
{
	struct buf packed = BUF_INIT(BUNDLE_BYTES_MAX);
	int fd = memfd_create("tamis-bundle", MFD_CLOEXEC);

	rule_sources_pack(&b->sources, &packed);
	if (fd >= 0 && (packed.full || file_write_fd(fd, buf_sv(&packed)))) {
		close(fd);
		fd = -1;
	}
	buf_done(&packed);
	return fd;
}

int
bundle_from_fd(int fd, struct rule_sources *ret)
{
	struct buf packed = BUF_INIT(BUNDLE_BYTES_MAX);
	int result;

	/* The descriptor shares its position with every scanner's. */
	for (;;) {
		char block[65536];
		ssize_t n = pread(fd, block, sizeof block, (off_t)packed.n);

		if (n <= 0 || !buf_add(&packed, sv_make(block, (size_t)n)))
			break;
	}
	result = rule_sources_unpack(buf_sv(&packed), ret);
	if (result == 0 && ret->n == 0)
		result = E_SYNTAX;
	buf_done(&packed);
	return result;
}
