/* SPDX-License-Identifier: Apache-2.0 */
#include "tamisd/listener.h"

#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/socket.h"

static const char *
socket_file(const char *address)
{
	return strchr(address, ':') + 1;
}

/* The scanners own their sockets: they connect to them, too (ingress/pump.h).
 */
static int
give_away(const char *address, const struct process_user *owner,
          const char *group_name, struct diags *diags)
{
	uid_t uid = owner && owner->drop ? owner->uid : (uid_t)-1;
	const struct group *group = *group_name ? getgrnam(group_name) : NULL;
	gid_t gid = group ? group->gr_gid : (gid_t)-1;

	if (*group_name && !group) {
		diags_add(diags, SEVERITY_ERROR, NULL, 0,
		          "%s: there is no group '%s' on this system", address,
		          group_name);
		return E_UNKNOWN;
	}
	if (chown(socket_file(address), uid, gid)) {
		diags_add(diags, SEVERITY_ERROR, NULL, 0,
		          "%s: owner or group cannot be set: %s", address,
		          strerror(errno));
		return E_IO;
	}
	return 0;
}

int
listener_open(struct listener *l, const char *address, unsigned mode,
              const struct process_user *owner, const char *group,
              struct diags *diags)
{
	struct socket_address a;
	struct stat st;

	*l = (struct listener){ .address = mem_strdup(address), .fd = -1 };
	if (socket_parse(sv_str(address), &a)) {
		diags_add(diags, SEVERITY_ERROR, NULL, 0, "%s: not an address",
		          address);
		return E_SYNTAX;
	}
	l->fd = socket_listen(&a, mode);
	if (l->fd < 0) {
		diags_add(diags, SEVERITY_ERROR, NULL, 0,
		          "cannot listen on %s: %s", address, strerror(errno));
		return E_IO;
	}
	l->is_unix = a.is_unix;
	if (!l->is_unix)
		return 0;
	if (stat(socket_file(address), &st) == 0) {
		l->device = st.st_dev;
		l->inode = st.st_ino;
	}
	return give_away(address, owner, group, diags);
}

void
listener_close(struct listener *l)
{
	struct stat st;

	if (l->fd < 0)
		goto out;
	/* Never take away the socket of an instance that came after us. */
	if (l->is_unix && stat(socket_file(l->address), &st) == 0 &&
	    st.st_dev == l->device && st.st_ino == l->inode)
		unlink(socket_file(l->address));
	close(l->fd);
	l->fd = -1;
out:
	free(l->address);
	l->address = NULL;
}
