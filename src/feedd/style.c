/* SPDX-License-Identifier: Apache-2.0 */
#include "feedd/page.h"

struct sv
page_style(void)
{
	static const char css[] =
#include "src/feedd/style.inc" /* style.css as string literals */
	    ;

	return SV(css);
}
