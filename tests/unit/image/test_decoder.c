/* SPDX-License-Identifier: Apache-2.0 */
/* Decoding itself, here in the process of the test; and the lock-in. */
#include "../unit.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "image/decoder.h"
#include "picture.h"

enum { PIXELS_MAX = 4000000, PICTURE_BYTES_MAX = 64 << 20 };

static char memory[PACKET_BYTES_MAX];

static struct packet_answer
read_picture(struct sv data)
{
	struct packet_answer a = { 0 };

	decoder_read(data, PIXELS_MAX, memory, &a);
	return a;
}

static void
check_found(struct sv data, const char *what)
{
	struct packet_answer a = read_picture(data);

	ck_assert_int_eq(a.outcome, IMAGE_DONE);
	ck_assert_msg(a.n == 1, "%s: %zu codes", what, a.n);
	ck_assert(sv_eq_str(a.texts[0], QR_TEXT));
}

START_TEST(codes_are_found_in_all_sizes_and_positions)
{
	static const struct {
		const char *what;
		unsigned scale, quiet;
		double degrees;
		bool inverted;
	} table[] = {
		{ "plain", 4, 4, 0, false },
		{ "small", 2, 2, 0, false },
		{ "one pixel a module", 1, 4, 0, false },
		{ "without a quiet zone", 4, 0, 0, false },
		{ "large", 40, 4, 0, false },
		{ "turned by 90 degrees", 4, 4, 90, false },
		{ "turned by 17 degrees", 6, 8, 17, false },
		{ "upside down", 4, 4, 180, false },
		{ "inverted", 4, 4, 0, true },
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct picture p =
		    picture_make(table[i].scale, table[i].quiet,
		                 table[i].degrees, table[i].inverted);
		struct buf png = BUF_INIT(PICTURE_BYTES_MAX);
		struct buf jpeg = BUF_INIT(PICTURE_BYTES_MAX);

		picture_png(&p, i % 2, &png);
		check_found(buf_sv(&png), table[i].what);
		picture_jpeg(&p, i % 2, &jpeg);
		if (table[i].scale > 1)
			check_found(buf_sv(&jpeg), table[i].what);
		buf_done(&png);
		buf_done(&jpeg);
		free(p.grey);
	}
}
END_TEST

START_TEST(a_picture_without_a_code_says_nothing)
{
	struct picture p = picture_make(4, 4, 0, false);
	struct buf png = BUF_INIT(PICTURE_BYTES_MAX);
	struct packet_answer a;

	memset(p.grey, 128, (size_t)p.side * p.side);
	picture_png(&p, false, &png);
	a = read_picture(buf_sv(&png));
	ck_assert_int_eq(a.outcome, IMAGE_DONE);
	ck_assert_uint_eq(a.n, 0);
	buf_done(&png);
	free(p.grey);
}
END_TEST

/* Any beginning of a picture, and any byte of it changed. */
START_TEST(broken_pictures_do_no_harm)
{
	struct picture p = picture_make(3, 4, 0, false);
	struct buf made[2] = { BUF_INIT(1 << 20), BUF_INIT(1 << 20) };

	picture_png(&p, false, &made[0]);
	picture_jpeg(&p, true, &made[1]);
	for (int kind = 0; kind < 2; kind++) {
		struct sv data = buf_sv(&made[kind]);
		size_t step = data.n / 50 + 1;

		for (size_t n = 3; n < data.n; n += step)
			read_picture(sv_sub(data, 0, n));
		for (size_t n = 8; n < data.n; n += step) {
			char before = made[kind].p[n];

			made[kind].p[n] = (char)~before;
			read_picture(data);
			made[kind].p[n] = before;
		}
		buf_done(&made[kind]);
	}
	free(p.grey);
}
END_TEST

/* Sizes are looked at before there is memory for them. */
START_TEST(huge_pictures_are_refused_by_their_headers)
{
	struct picture p = picture_make(100, 0, 0, false);
	struct buf png = BUF_INIT(PICTURE_BYTES_MAX);
	struct buf jpeg = BUF_INIT(PICTURE_BYTES_MAX);

	ck_assert_uint_gt((size_t)p.side * p.side, PIXELS_MAX);
	picture_png(&p, false, &png);
	picture_jpeg(&p, false, &jpeg);
	ck_assert_int_eq(read_picture(buf_sv(&png)).outcome, IMAGE_TOO_LARGE);
	ck_assert_int_eq(read_picture(buf_sv(&jpeg)).outcome, IMAGE_TOO_LARGE);
	buf_done(&png);
	buf_done(&jpeg);
	free(p.grey);
}
END_TEST

/* ---- the lock-in ---- */

/* What a locked-in process does is its exit code; -SIGNAL when it dies. */
static int
locked_in(void (*act)(void))
{
	int pair[2], status;
	pid_t pid;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	pid = fork();
	if (pid == 0) {
		if (!decoder_confine(pair[1]))
			_exit(99);
		act();
		_exit(98);
	}
	close(pair[0]);
	close(pair[1]);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

/* As _exit(), before which AddressSanitizer would want more than is left. */
static void
leave(int code)
{
	syscall(SYS_exit_group, code);
}

static void
open_file(void)
{
	int fd = open("/etc/passwd", O_RDONLY);

	leave(fd < 0 ? 7 : 1);
}

static void
write_elsewhere(void)
{
	bool out = write(1, "x", 1) >= 0, err = write(2, "x", 1) >= 0;

	leave(!out && !err ? 7 : 1);
}

static void
open_socket(void)
{
	leave(socket(AF_INET, SOCK_STREAM, 0));
}

static void
start_process(void)
{
	leave(fork() < 0);
}

static void
run_program(void)
{
	execl("/bin/true", "true", (char *)NULL);
}

static void
make_code(void)
{
	mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
	     0);
}

static void
map_file(void)
{
	mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 0, 0);
}

static void
take_much_memory(void)
{
	leave(mmap(NULL, (size_t)1 << 30, PROT_READ | PROT_WRITE,
	           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
	          ? 7
	          : 1);
}

static void
take_some_memory(void)
{
	leave(mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE,
	           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED
	          ? 7
	          : 1);
}

START_TEST(a_decoder_can_do_nothing_but_decode)
{
	static const struct {
		const char *what;
		void (*act)(void);
		int outcome;
	} table[] = {
		{ "open a file", open_file, 7 },
		{ "write elsewhere", write_elsewhere, 7 },
		{ "take much memory", take_much_memory, 7 },
		{ "take some memory", take_some_memory, 7 },
		{ "open a socket", open_socket, -SIGSYS },
		{ "start a process", start_process, -SIGSYS },
		{ "run a program", run_program, -SIGSYS },
		{ "make code", make_code, -SIGSYS },
		{ "map a file", map_file, -SIGSYS },
	};

	int outcome;

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		ck_assert_msg((outcome = locked_in(table[i].act)) ==
		                  table[i].outcome,
		              "%s: %d", table[i].what, outcome);
}
END_TEST

UNIT_MAIN("decoder", codes_are_found_in_all_sizes_and_positions,
          a_picture_without_a_code_says_nothing, broken_pictures_do_no_harm,
          huge_pictures_are_refused_by_their_headers,
          a_decoder_can_do_nothing_but_decode)
