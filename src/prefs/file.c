/* SPDX-License-Identifier: Apache-2.0 */
/* Preferences in files: one of the site, one a domain, one a user. */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "prefs/source.h"

enum { PATH_BYTES_MAX = 4096, PASSWD_BYTES = 16 * 1024 };

struct file_source {
	struct prefs_source source;
	const struct conf_prefs *conf;
};

/* ---- paths ---- */

/* Adds a name as a part of a path, bytes that do not belong there as "_". What
 * begins with a dot would lead elsewhere: false. */
static bool
add_name(struct buf *path, struct sv name)
{
	if (name.n == 0 || name.p[0] == '.')
		return false;
	for (size_t i = 0; i < name.n; i++)
		buf_add_char(path, sv_is_alnum(name.p[i]) ||
		                           strchr("-+_.,@=", name.p[i])
		                       ? name.p[i]
		                       : '_');
	return !path->full;
}

/* "%u", "%l", "%d" and "%%"; false: the key has nothing to put there. */
static bool
expand(const char *pattern, const struct prefs_key *key, struct buf *path)
{
	for (const char *c = pattern; *c; c++) {
		bool ok;

		if (*c != '%' || !c[1])
			ok = buf_add_char(path, *c);
		else if (*++c == 'u')
			ok = add_name(path, key->user);
		else if (*c == 'l')
			ok = add_name(path, key->local);
		else if (*c == 'd')
			ok = add_name(path, key->domain);
		else
			ok = buf_add_char(path, *c);
		if (!ok)
			return false;
	}
	return path->n > 0;
}

/* ---- files ---- */

/* Whether somebody else may have put it there: a file of a home belongs to
 * its user. */
static bool
is_owned_by(const struct stat *st, uid_t owner)
{
	return owner == (uid_t)-1 || st->st_uid == owner || st->st_uid == 0;
}

static int
read_fd(const struct file_source *s, int fd, uid_t owner, const char *path,
        struct rule_sources *ret)
{
	/* One more than is looked at, so that it is seen. */
	struct buf text = BUF_INIT((size_t)s->conf->bytes_max + 1);
	struct stat st;
	int result = 0;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    is_owned_by(&st, owner)) {
		result = file_read_fd(fd, &text);
		if (result == 0 || result == E_LIMIT) {
			rule_sources_add(ret, path, buf_sv(&text));
			result = 0;
		}
	}
	buf_done(&text);
	return result;
}

/* A file that is not there, or is not for us to read, says nothing. */
static int
read_file(const struct file_source *s, const char *path, uid_t owner,
          struct rule_sources *ret, char why[PREFS_WHY])
{
	int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	int fd = open(path, owner == (uid_t)-1 ? flags : flags | O_NOFOLLOW);
	int result = 0;

	if (fd >= 0) {
		result = read_fd(s, fd, owner, path, ret);
		if (result)
			snprintf(why, PREFS_WHY, "%.100s: %s", path,
			         strerror(errno));
		close(fd);
		return result;
	}
	if (errno == ENOENT || errno == ENOTDIR || errno == EACCES ||
	    errno == ELOOP || errno == ENAMETOOLONG)
		return 0;
	snprintf(why, PREFS_WHY, "%.100s: %s", path, strerror(errno));
	return E_IO;
}

/* A login has a home. */
static int
read_home(const struct file_source *s, const struct prefs_key *key,
          struct rule_sources *ret, char why[PREFS_WHY])
{
	struct buf path = BUF_INIT(PATH_BYTES_MAX);
	char *bytes = mem_alloc(PASSWD_BYTES);
	struct passwd entry, *found = NULL;
	int result = 0;

	errno = getpwnam_r(key->bytes, &entry, bytes, PASSWD_BYTES, &found);
	if (found && found->pw_dir[0] == '/') {
		buf_addf(&path, "%s/%s", found->pw_dir, s->conf->home_file);
		result = read_file(s, buf_str(&path), found->pw_uid, ret, why);
	}
	free(bytes);
	buf_done(&path);
	return result;
}

static int
file_read_key(struct prefs_source *source, const struct prefs_key *key,
              struct rule_sources *ret, char why[PREFS_WHY])
{
	const struct file_source *s = (const struct file_source *)source;
	const char *patterns[] = {
		[PREFS_GLOBAL] = s->conf->global_file,
		[PREFS_DOMAIN] = s->conf->domain_file,
		[PREFS_USER] = s->conf->user_file,
	};
	struct buf path = BUF_INIT(PATH_BYTES_MAX);
	int result = 0;

	if (expand(patterns[key->level], key, &path))
		result = read_file(s, buf_str(&path), (uid_t)-1, ret, why);
	if (result == 0 && key->level == PREFS_USER && key->domain.n == 0 &&
	    *s->conf->home_file)
		result = read_home(s, key, ret, why);
	buf_done(&path);
	return result;
}

static void
file_free(struct prefs_source *s)
{
	free(s);
}

struct prefs_source *
prefs_file_new(const struct conf_prefs *conf)
{
	struct file_source *s;

	if (!*conf->global_file && !*conf->domain_file && !*conf->user_file &&
	    !*conf->home_file)
		return NULL;
	s = mem_calloc(1, sizeof *s);
	s->source = (struct prefs_source){ "file", file_read_key, file_free };
	s->conf = conf;
	return &s->source;
}
