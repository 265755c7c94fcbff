/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main() of a fuzz target outside the fuzzer: runs every file of its corpus
 * and prints TAP. Each input is copied into a block of its exact size, so
 * that AddressSanitizer sees a read past its end.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int count;

static int
replay(void *ctx, const char *path)
{
	struct buf content = BUF_INIT(64 << 20);
	char *exact;

	(void)ctx;
	if (file_read(path, &content))
		return -1;
	exact = malloc(content.n ? content.n : 1);
	if (!exact)
		mem_die("out of memory");
	memcpy(exact, buf_str(&content), content.n);
	LLVMFuzzerTestOneInput((const uint8_t *)exact, content.n);
	free(exact);
	buf_done(&content);
	printf("ok %d - %s\n", ++count, strrchr(path, '/') + 1);
	fflush(stdout);
	return 0;
}

int
main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/'), *top = getenv("top_srcdir");
	struct buf path = BUF_INIT(4096);
	int result;

	name = name ? name + 1 : argv[0];
	if (strncmp(name, "fuzz_", 5) == 0)
		name += 5;
	buf_addf(&path, "%s/fuzz/corpus/%s", top ? top : ".", name);
	result = file_walk(argc > 1 ? argv[1] : buf_str(&path), NULL, replay,
	                   NULL);
	if (result || count == 0)
		printf("not ok %d - %s: cannot read the corpus\n", ++count,
		       buf_str(&path));
	printf("1..%d\n", count);
	buf_done(&path);
	return 0;
}
