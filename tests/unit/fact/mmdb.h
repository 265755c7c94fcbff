/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes tiny databases in MaxMind's format (MaxMind DB File Format 2.0): a
 * tree of nodes with two records of 24 bits each, then what they point to,
 * then a map that describes it all.
 */
#ifndef MMDB_H
#define MMDB_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/ip.h"

enum { MMDB_NODES = 2000, MMDB_NONE = -1 };

struct mmdb {
	int n_nodes;
	int next[MMDB_NODES][2]; /* a node; or -2 - where its data begins */
	struct buf data;
};

static inline void
mmdb_init(struct mmdb *m)
{
	m->n_nodes = 1;
	m->next[0][0] = m->next[0][1] = MMDB_NONE;
	buf_init(&m->data, 1 << 16);
}

static inline void
mmdb_text(struct buf *out, const char *text)
{
	int bytes = (int)strlen(text);

	buf_add_char(out, (char)(2 << 5 | (bytes < 29 ? bytes : 29)));
	if (bytes >= 29)
		buf_add_char(out, (char)(bytes - 29));
	buf_add_str(out, text);
}

static inline void
mmdb_map(struct buf *out, int pairs)
{
	buf_add_char(out, (char)(7 << 5 | pairs));
}

/* Of type 5 (2 bytes) or 6 (4 bytes). */
static inline void
mmdb_number(struct buf *out, int type, uint32_t value)
{
	int bytes = type == 5 ? 2 : 4;

	buf_add_char(out, (char)(type << 5 | bytes));
	for (int i = bytes - 1; i >= 0; i--)
		buf_add_char(out, (char)(value >> 8 * i & 255));
}

static inline int
mmdb_new_node(struct mmdb *m)
{
	ck_assert_int_lt(m->n_nodes, MMDB_NODES);
	m->next[m->n_nodes][0] = m->next[m->n_nodes][1] = MMDB_NONE;
	return m->n_nodes++;
}

/* The data that is added next is that of the network. IPv4 has the place of
 * ::/96 in the tree. */
static inline void
mmdb_network(struct mmdb *m, const char *network)
{
	struct ip_net net;
	int node = 0;

	ck_assert_int_eq(ip_net_parse(sv_str(network), &net), 0);
	if (ip_is_v4(&net.base))
		memset(net.base.bytes, 0, 12);
	for (unsigned bit = 0;; bit++) {
		int side = net.base.bytes[bit / 8] >> (7 - bit % 8) & 1;

		if (bit + 1 == net.bits) {
			m->next[node][side] = -2 - (int)m->data.n;
			return;
		}
		if (m->next[node][side] < 0)
			m->next[node][side] = mmdb_new_node(m);
		node = m->next[node][side];
	}
}

static inline void
mmdb_write_tree(const struct mmdb *m, struct buf *out)
{
	for (int i = 0; i < 2 * m->n_nodes; i++) {
		int next = m->next[i / 2][i % 2];
		int value = next >= 0           ? next
		            : next == MMDB_NONE ? m->n_nodes
		                                : m->n_nodes + 16 - 2 - next;

		buf_add_char(out, (char)(value >> 16 & 255));
		buf_add_char(out, (char)(value >> 8 & 255));
		buf_add_char(out, (char)(value & 255));
	}
	for (int i = 0; i < 16; i++)
		buf_add_char(out, '\0');
}

static inline void
mmdb_write_metadata(const struct mmdb *m, struct buf *out)
{
	buf_add_str(out, "\xab\xcd\xefMaxMind.com");
	mmdb_map(out, 9);
	mmdb_text(out, "build_epoch");
	buf_add(out, SV("\x08\x02\0\0\0\0\0\0\0\1"));
	mmdb_text(out, "languages");
	buf_add(out, SV("\0\x04")); /* none */
	mmdb_text(out, "description");
	mmdb_map(out, 0);
	mmdb_text(out, "binary_format_major_version");
	mmdb_number(out, 5, 2);
	mmdb_text(out, "binary_format_minor_version");
	mmdb_number(out, 5, 0);
	mmdb_text(out, "database_type");
	mmdb_text(out, "Test");
	mmdb_text(out, "ip_version");
	mmdb_number(out, 5, 6);
	mmdb_text(out, "node_count");
	mmdb_number(out, 6, (uint32_t)m->n_nodes);
	mmdb_text(out, "record_size");
	mmdb_number(out, 5, 24);
}

static inline void
mmdb_save(struct mmdb *m, const char *path)
{
	struct buf out = BUF_INIT(1 << 20);
	FILE *file = fopen(path, "w");

	mmdb_write_tree(m, &out);
	buf_add(&out, buf_sv(&m->data));
	mmdb_write_metadata(m, &out);
	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(out.p, 1, out.n, file), out.n);
	fclose(file);
	buf_done(&out);
	buf_done(&m->data);
}

#endif
