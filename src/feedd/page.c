/* SPDX-License-Identifier: Apache-2.0 */
#include "feedd/page.h"
int
page_write(struct figures *f, const char *title, struct buf *out)
{
	(void)f;
	buf_add_str(out, title);
	return 0;
}
void
page_write_codebook(const char *title, struct buf *out)
{
	buf_add_str(out, title);
}
struct sv
page_style(void)
{
	return SV("");
}
