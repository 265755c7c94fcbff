/* SPDX-License-Identifier: Apache-2.0 */
#include "channel/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/vec.h"

enum { SWITCH_BYTES_MAX = 256 << 10, SWITCH_LINES = 10 };

/* A version that is not complete yet, or one that is going. */
#define UNFINISHED "new."

static int
fail(char why[BUNDLE_WHY], const char *path)
{
	snprintf(why, BUNDLE_WHY, "%.120s: %s", path, strerror(errno));
	return E_IO;
}

/* ---- paths ---- */

static void
folder_path(const char *dir, const char *name, char path[STORE_PATH])
{
	snprintf(path, STORE_PATH, "%s/.%s", dir, name);
}

void
channel_store_switch_path(const char *dir, const char *name,
                          char path[STORE_PATH])
{
	snprintf(path, STORE_PATH, "%s/%s.cf", dir, name);
}

void
channel_store_version_path(const struct channel_store *s, uint64_t serial,
                           char path[STORE_PATH])
{
	snprintf(path, STORE_PATH, "%s/.%s/%llu", s->dir, s->name,
	         (unsigned long long)serial);
}

/* ---- removing ---- */

/* A folder of files, without folders in it. */
static void
remove_folder(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;

	if (!d)
		return;
	while ((e = readdir(d)))
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			unlinkat(dirfd(d), e->d_name, 0);
	closedir(d);
	rmdir(path);
}

void
channel_store_remove(const struct channel_store *s, uint64_t serial)
{
	char path[STORE_PATH], dying[STORE_PATH + 16];

	channel_store_version_path(s, serial, path);
	/* Half of a version must not look like one. */
	snprintf(dying, sizeof dying, "%s/.%s/" UNFINISHED "%ld", s->dir,
	         s->name, (long)getpid());
	remove_folder(dying);
	if (rename(path, dying) == 0)
		remove_folder(dying);
}

static void
remove_begun(const char *folder, const char *prefix)
{
	char path[STORE_PATH + 300];
	DIR *d = opendir(folder);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
		if (sv_starts(sv_str(e->d_name), sv_str(prefix)) &&
		    unlink(path))
			remove_folder(path);
	}
	if (d)
		closedir(d);
}

/* Unfinished versions, and what file_replace() had begun. */
static void
remove_left_overs(const struct channel_store *s)
{
	char folder[STORE_PATH], prefix[STORE_PATH];

	folder_path(s->dir, s->name, folder);
	remove_begun(folder, UNFINISHED);
	remove_begun(folder, "state.json.new.");
	snprintf(prefix, sizeof prefix, "%s.cf.new.", s->name);
	remove_begun(s->dir, prefix);
}

/* ---- opening ---- */

static int
take_lock(struct channel_store *s, char why[BUNDLE_WHY])
{
	char path[STORE_PATH];

	snprintf(path, sizeof path, "%s/.lock", s->dir);
	s->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (s->lock_fd < 0 || flock(s->lock_fd, LOCK_EX))
		return fail(why, path);
	return 0;
}

int
channel_store_open(const char *dir, const char *name, struct channel_store *ret,
                   char why[BUNDLE_WHY])
{
	struct channel_store s = { dir, name, -1 };
	char path[STORE_PATH];
	int result = 0;

	folder_path(dir, name, path);
	if (file_mkdirs(path, 0755))
		result = fail(why, path);
	else
		result = take_lock(&s, why);
	if (result == 0) {
		remove_left_overs(&s);
		channel_store_switch_path(dir, name, path);
		if (access(path, F_OK))
			result = channel_store_switch(&s, 0, why);
	}
	if (result)
		channel_store_close(&s);
	else
		*ret = s;
	return result;
}

void
channel_store_close(struct channel_store *s)
{
	if (s->lock_fd >= 0)
		close(s->lock_fd); /* and with it the lock */
	s->lock_fd = -1;
}

/* ---- what is there ---- */

uint64_t
channel_store_current(const char *dir, const char *name)
{
	struct buf text = BUF_INIT(SWITCH_BYTES_MAX);
	char path[STORE_PATH];
	struct sv rest, line;
	uint64_t serial = 0;

	channel_store_switch_path(dir, name, path);
	if (file_read(path, &text) == 0) {
		rest = buf_sv(&text);
		for (int n = 0; n < SWITCH_LINES && sv_line(&rest, &line); n++)
			if (sv_starts(line, SV("# UPDATE version ")))
				sv_u64(sv_from(line, 17), &serial);
	}
	buf_done(&text);
	return serial;
}

static int
newest_first(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x < *y) - (*x > *y);
}

size_t
channel_store_versions(const char *dir, const char *name, uint64_t **ret)
{
	VEC(uint64_t) found = { 0 };
	char folder[STORE_PATH];
	struct dirent *e;
	uint64_t serial;
	DIR *d;

	folder_path(dir, name, folder);
	d = opendir(folder);
	while (d && (e = readdir(d)))
		if (sv_u64(sv_str(e->d_name), &serial) && serial)
			*VEC_ADD(&found) = serial;
	if (d)
		closedir(d);
	if (found.n)
		qsort(found.list, found.n, sizeof *found.list, newest_first);
	*ret = found.list;
	return found.n;
}

int
channel_store_manifest(const char *dir, const char *name, uint64_t serial,
                       struct channel_bundle *ret, char why[BUNDLE_WHY])
{
	const struct channel_store s = { dir, name, -1 };
	struct buf text = BUF_INIT(BUNDLE_MANIFEST_MAX);
	char path[STORE_PATH], file[STORE_PATH + 16];
	int result = 0;

	channel_store_version_path(&s, serial, path);
	snprintf(file, sizeof file, "%s/" BUNDLE_MANIFEST, path);
	if (file_read(file, &text))
		result = fail(why, file);
	else
		result = channel_manifest_parse(buf_sv(&text), ret, why);
	buf_done(&text);
	return result;
}

/* ---- adding a version ---- */

static int
write_file(const char *folder, const char *name, struct sv text,
           char why[BUNDLE_WHY])
{
	char path[STORE_PATH + 200];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return file_replace(path, text, 0644) ? fail(why, path) : 0;
}

static int
write_files(const char *folder, const struct channel_bundle *b,
            char why[BUNDLE_WHY])
{
	struct buf manifest = BUF_INIT(BUNDLE_MANIFEST_MAX);
	int result = 0;

	for (size_t i = 0; i < b->n_files && result == 0; i++)
		result =
		    write_file(folder, b->files[i].name, b->files[i].text, why);
	channel_manifest_write(b, &manifest);
	if (result == 0)
		result =
		    write_file(folder, BUNDLE_MANIFEST, buf_sv(&manifest), why);
	buf_done(&manifest);
	return result;
}

int
channel_store_add(const struct channel_store *s, const struct channel_bundle *b,
                  char why[BUNDLE_WHY])
{
	char folder[STORE_PATH], path[STORE_PATH];
	int result;

	channel_store_remove(s, b->serial); /* one that was refused earlier */
	snprintf(folder, sizeof folder, "%s/.%s/" UNFINISHED "%ld", s->dir,
	         s->name, (long)getpid());
	channel_store_version_path(s, b->serial, path);
	if (file_mkdirs(folder, 0755))
		return fail(why, folder);
	result = write_files(folder, b, why);
	if (result == 0 && file_rename(folder, path))
		result = fail(why, path);
	if (result)
		remove_folder(folder);
	return result;
}

/* ---- the switch ---- */

int
channel_store_switch_text(const struct channel_store *s, uint64_t serial,
                          struct buf *out, char why[BUNDLE_WHY])
{
	struct channel_bundle b;
	char time[CLOCK_TEXT];
	int result = 0;

	buf_addf(out,
	         "# Rules of the channel %s. Made by tamis rules update: "
	         "what is changed here is lost.\n",
	         s->name);
	if (serial == 0)
		return 0;
	channel_bundle_init(&b);
	result = channel_store_manifest(s->dir, s->name, serial, &b, why);
	if (result == 0)
		buf_addf(out, "# UPDATE version %llu\n# created %s\n",
		         (unsigned long long)serial,
		         clock_text(b.created_ms, time));
	for (size_t i = 0; i < b.n_files && result == 0; i++)
		if (sv_iends(sv_str(b.files[i].name), SV(".cf")))
			buf_addf(out, "include .%s/%llu/%s\n", s->name,
			         (unsigned long long)serial, b.files[i].name);
	channel_bundle_done(&b);
	return result;
}

int
channel_store_switch(const struct channel_store *s, uint64_t serial,
                     char why[BUNDLE_WHY])
{
	struct buf text = BUF_INIT(SWITCH_BYTES_MAX);
	char path[STORE_PATH];
	int result = channel_store_switch_text(s, serial, &text, why);

	channel_store_switch_path(s->dir, s->name, path);
	if (result == 0 && file_replace(path, buf_sv(&text), 0644))
		result = fail(why, path);
	buf_done(&text);
	return result;
}

void
channel_store_prune(const struct channel_store *s, size_t keep, uint64_t also)
{
	uint64_t current = channel_store_current(s->dir, s->name), *list;
	size_t n = channel_store_versions(s->dir, s->name, &list);

	for (size_t i = 0; i < n; i++) {
		if (list[i] >= current || list[i] == also)
			continue;
		if (keep)
			keep--;
		else
			channel_store_remove(s, list[i]);
	}
	free(list);
}
