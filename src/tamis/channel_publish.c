/* SPDX-License-Identifier: Apache-2.0 */
/* tamis rules pack, tamis rules keygen: for those who publish a channel. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "channel/key.h"
#include "tamis/channel.h"
#include "tamis/lint.h"
#include "tamis/options.h"
#include "tamis/setup.h"

enum { PACKED_BYTES_MAX = 64 << 20, FILE_PATH = 4096 };

static int
cannot(const char *what, const char *path)
{
	fprintf(stderr, "tamis: cannot %s %s: %s\n", what, path,
	        strerror(errno));
	return EXIT_INPUT;
}

/* ---- keys ---- */

static int
write_key(const char *path, struct sv text, mode_t mode)
{
	if (access(path, F_OK) == 0) {
		errno = EEXIST; /* a lost key is a lost channel */
		return cannot("write", path);
	}
	return file_replace(path, text, mode) ? cannot("write", path) : 0;
}

static int
make_keys(const char *base)
{
	char path[FILE_PATH], text[KEY_TEXT];
	struct buf file = BUF_INIT(KEY_FILE_MAX);
	struct channel_secret secret;
	struct channel_key key;
	int result;

	if (channel_secret_new(&secret)) {
		fprintf(stderr, "tamis: there is no randomness\n");
		return EXIT_INPUT;
	}
	channel_secret_key(&secret, &key);
	channel_secret_write(&secret, &file);
	channel_secret_wipe(&secret);
	snprintf(path, sizeof path, "%s.sec", base);
	result = write_key(path, buf_sv(&file), 0600);
	explicit_bzero(file.p, file.n);
	buf_reset(&file);
	if (result == 0) {
		channel_key_write(&key, &file);
		snprintf(path, sizeof path, "%s.pub", base);
		result = write_key(path, buf_sv(&file), 0644);
	}
	buf_done(&file);
	if (result == 0)
		printf("%s.sec signs: keep it secret, and a copy of it.\n"
		       "%s.pub is for those who follow the channel:\n"
		       "  channel { keys = \"NAME %s\"; }\n",
		       base, base, channel_key_text(&key, text));
	return result;
}

int
channel_keygen_run(const struct command *self, int argc, char **argv)
{
	const char *given = NULL;
	const struct option_row rows[] = { OPTION_ROW_CONFIG(&given), { 0 } };
	struct operands o;
	int result = options_parse(self, rows, argc, argv, &o);

	if (result != OPTIONS_GO_ON)
		return result;
	if (o.n != 1)
		return options_error(self, "wants the name of the files, "
		                           "without .sec and .pub");
	return make_keys(o.list[0]);
}

/* ---- bundles ---- */

struct pack {
	const char *dir, *key, *output, *name, *serial, *needs;
	struct channel_bundle bundle;
	size_t bytes;
	int result; /* an exit code */
};

static int
refuse(struct pack *p, const char *path, const char *why)
{
	fprintf(stderr, "tamis: %s: %s\n", path, why);
	return p->result = EXIT_NO;
}

static int
add_file(void *ctx, const char *path)
{
	struct pack *p = ctx;
	struct buf text = BUF_INIT(BUNDLE_FILE_BYTES_MAX);
	const char *name = strrchr(path, '/') + 1;
	int result = 0;

	if (strchr(path + strlen(p->dir) + 1, '/'))
		return refuse(p, path, "a bundle has no folders");
	if (!channel_file_is_good(sv_str(name)))
		return refuse(p, path,
		              "the name has other characters than letters, "
		              "digits, . _ -, or is too long");
	if (p->bundle.n_files == BUNDLE_FILES_MAX)
		return refuse(p, path, "too many files");
	errno = EFBIG;
	result = file_read(path, &text);
	p->bytes += text.n;
	if (result)
		result = p->result = cannot("read", path);
	else if (p->bytes > BUNDLE_BYTES_MAX)
		result = refuse(p, path, "too many bytes in all");
	else
		channel_bundle_add(&p->bundle, name, buf_sv(&text));
	buf_done(&text);
	return result;
}

/* The rules by themselves: what others add is not known here. */
static int
lint(const struct pack *p)
{
	char *dir = mem_strdup(p->dir);
	const struct conf_list paths = { &dir, 1 };
	struct diags diags = DIAGS_INIT;
	struct conf *conf = conf_load(NULL, &diags);
	struct rule_sources sources = { 0 };
	struct rule_set *rules = NULL;
	size_t tests = 0;
	int result;

	if (rule_sources_read(&paths, &sources, &diags) == 0)
		rules = lint_compile(&sources, conf, &diags, &tests);
	diags_print(&diags, stderr);
	if (rules)
		printf("%zu rules, %zu tests, %zu errors, %zu warnings\n",
		       rule_set_count(rules), tests, diags.errors,
		       diags.warnings);
	rule_set_unref(rules);
	rule_sources_done(&sources);
	conf_unref(conf);
	free(dir);
	result = diags.errors ? EXIT_NO : 0;
	diags_done(&diags);
	return result;
}

/* By the clock, so that it grows: 20261123120000. */
static uint64_t
serial_of(int64_t unix_ms)
{
	time_t seconds = (time_t)(unix_ms / 1000);
	uint64_t serial = 0;
	char text[20];
	struct tm tm;

	gmtime_r(&seconds, &tm);
	strftime(text, sizeof text, "%Y%m%d%H%M%S", &tm);
	sv_u64(sv_str(text), &serial);
	return serial;
}

static int
describe(struct pack *p, const struct command *self)
{
	struct channel_bundle *b = &p->bundle;

	b->created_ms = clock_unix_ms();
	b->serial = serial_of(b->created_ms);
	b->name = p->name ? p->name : strrchr(p->dir, '/') + 1;
	b->tamis = p->needs ? p->needs : "0.1.0";
	if (!channel_name_is_good(sv_str(b->name)))
		return options_error(self,
		                     "'%s' is no name for a channel (letters, "
		                     "digits, - and _): say --name",
		                     b->name);
	if (p->serial && (!sv_u64(sv_str(p->serial), &b->serial) ||
	                  b->serial == 0 || b->serial > BUNDLE_SERIAL_MAX))
		return options_error(self, "--serial wants a number from 1 on");
	return 0;
}

static int
read_secret(const char *path, struct channel_secret *ret)
{
	struct buf text = BUF_INIT(KEY_FILE_MAX);
	int result;

	errno = 0;
	result = file_read(path, &text);
	if (result) {
		result = cannot("read", path);
	} else {
		result = channel_secret_parse(buf_sv(&text), ret);
		if (result)
			fprintf(stderr, "tamis: %s: %s\n", path,
			        result == E_AUTH
			            ? "has a passphrase: sign with signify"
			            : "no secret key");
		result = result ? EXIT_INPUT : 0;
		explicit_bzero(text.p, text.n);
	}
	buf_done(&text);
	return result;
}

/* The signature first: a follower who fetches in between gets one that does
 * not fit, and comes again. */
static int
write_both(const struct pack *p, const struct channel_secret *secret)
{
	struct buf packed = BUF_INIT(PACKED_BYTES_MAX);
	struct buf signature = BUF_INIT(KEY_FILE_MAX);
	char path[FILE_PATH], why[BUNDLE_WHY];
	int result = 0;

	snprintf(path, sizeof path, "%s.sig", p->output);
	if (channel_bundle_pack(&p->bundle, &packed, why)) {
		fprintf(stderr, "tamis: %s\n", why);
		result = EXIT_NO;
	} else {
		channel_sign(secret, buf_sv(&packed), &signature);
		if (file_replace(path, buf_sv(&signature), 0644))
			result = cannot("write", path);
		else if (file_replace(p->output, buf_sv(&packed), 0644))
			result = cannot("write", p->output);
	}
	if (result == 0)
		printf("%s: %s %llu, %zu files, %zu bytes; %s\n", p->output,
		       p->bundle.name, (unsigned long long)p->bundle.serial,
		       p->bundle.n_files, packed.n, path);
	buf_done(&packed);
	buf_done(&signature);
	return result;
}

static int
pack_folder(struct pack *p, const struct command *self)
{
	struct channel_secret secret;
	int result = describe(p, self);

	if (result == 0)
		result = read_secret(p->key, &secret);
	if (result)
		return result;
	errno = 0;
	if (file_walk(p->dir, NULL, add_file, p))
		result = p->result ? p->result : cannot("read", p->dir);
	else if (p->bundle.n_files == 0)
		result = refuse(p, p->dir, "there are no files");
	if (result == 0)
		result = lint(p);
	if (result == 0)
		result = write_both(p, &secret);
	channel_secret_wipe(&secret);
	return result;
}

int
channel_pack_run(const struct command *self, int argc, char **argv)
{
	struct pack p = { 0 };
	const char *given = NULL;
	const struct option_row rows[] = {
		OPTION_ROW_CONFIG(&given),
		{ 'k', "key", "FILE", "secret key to sign with", OPTION_TEXT,
		  &p.key },
		{ 'o', "output", "FILE",
		  "bundle to write; its signature is FILE.sig", OPTION_TEXT,
		  &p.output },
		{ 0, "name", "NAME", "of the channel (that of the folder)",
		  OPTION_TEXT, &p.name },
		{ 0, "serial", "N", "of the version (the time, in digits)",
		  OPTION_TEXT, &p.serial },
		{ 0, "needs", "VERSION", "oldest tamis that will do (0.1.0)",
		  OPTION_TEXT, &p.needs },
		{ 0 },
	};
	struct operands o;
	char *dir;
	int result = options_parse(self, rows, argc, argv, &o);

	if (result != OPTIONS_GO_ON)
		return result;
	if (o.n != 1 || !p.key || !p.output)
		return options_error(self, "wants a folder, -k and -o");
	dir = realpath(o.list[0], NULL);
	if (!dir)
		return cannot("read", o.list[0]);
	p.dir = dir;
	channel_bundle_init(&p.bundle);
	result = pack_folder(&p, self);
	channel_bundle_done(&p.bundle);
	free(dir);
	return result;
}
