/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "base/process.h"
#include "tamis/channel.h"

struct sv
channel_item_name(const char *item)
{
	struct sv rest = sv_str(item), name = SV("");

	sv_split(&rest, ' ', &name);
	return name;
}

const char *
channel_item_rest(const char *item)
{
	const char *space = strchr(item, ' ');

	return space ? space + 1 : "";
}

const char *
channel_source(const struct conf *conf, struct sv name)
{
	const struct conf_list *list = &conf->channel.sources;

	for (size_t i = 0; i < list->n; i++)
		if (sv_eq(channel_item_name(list->list[i]), name))
			return list->list[i];
	return NULL;
}

bool
channel_become_user(const struct conf *conf)
{
	struct diags diags = DIAGS_INIT;
	struct process_user user;
	bool ok;

	ok = process_user_find("tamisd", conf->tamisd.user, conf->tamisd.group,
	                       &user, &diags) == 0;
	diags_print(&diags, stderr);
	diags_done(&diags);
	if (!ok)
		return false;
	if (file_mkdirs(conf->channel.dir, 0755) ||
	    (user.drop && chown(conf->channel.dir, user.uid, user.gid))) {
		fprintf(stderr, "tamis: cannot make the folder %s: %s\n",
		        conf->channel.dir, strerror(errno));
		return false;
	}
	process_user_become(&user);
	return true;
}
