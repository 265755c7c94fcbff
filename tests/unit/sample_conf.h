/* SPDX-License-Identifier: Apache-2.0 */
/* The limits that unit tests of reading and judging share. */
#ifndef SAMPLE_CONF_H
#define SAMPLE_CONF_H

#include "conf/conf.h"

static inline const struct conf *
sample_conf(void)
{
	static struct conf conf;

	conf.match = (struct conf_match){
		.steps_max = 100000,
		.depth_max = 10000,
		.stack_bytes_max = 1 << 20,
		.element_bytes_max = 1 << 16,
		.view_bytes_max = 1 << 20,
	};
	conf.message = (struct conf_message){
		.bytes_max = 1 << 20,
		.headers_max = 100,
		.header_bytes_max = 1 << 16,
		.parts_max = 20,
		.depth_max = 5,
		.decoded_bytes_max = 1 << 20,
		.urls_max = 100,
		.relays_max = 20,
	};
	conf.rule.match_text_max = 20;
	return &conf;
}

#endif
