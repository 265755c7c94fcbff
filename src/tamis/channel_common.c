/* SPDX-License-Identifier: Apache-2.0 */
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
