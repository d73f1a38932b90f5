/* test_buf.c - a growable byte string whose failure sticks. */
#include "buf.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

/* Lets an allocation that is too large fail as it does without sanitizers. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

Test(buf, zero_is_empty)
{
	struct buf buf = {0};

	cr_assert_null(buf.data);
	buf_add(&buf, NULL, 0);
	cr_assert_not(buf.failed);
	cr_assert_str_eq(buf.data, "");
	cr_assert_eq(buf.len, 0);
	buf_free(&buf);
}

Test(buf, bytes_text_and_format_follow_each_other)
{
	struct buf buf = {0};

	buf_add(&buf, "a\0b", 3);
	buf_adds(&buf, "cd");
	buf_adds(&buf, "");
	buf_addf(&buf, "%d-%s", 42, "x");
	cr_assert_not(buf.failed);
	cr_assert_eq(buf.len, 9);
	cr_assert_arr_eq(buf.data, "a\0bcd42-x", 10);
	buf_free(&buf);
}

/* One byte on either side of every size at which it grows. */
Test(buf, room_is_written_to_by_its_caller)
{
	struct buf buf = {0};

	for (size_t i = 0; i < 3000; i++) {
		char *at = buf_room(&buf, 2);

		cr_assert_not_null(at);
		*at++ = (char)('a' + i % 26);
		buf_end(&buf, at);
		cr_assert_eq(buf.data[buf.len], '\0');
	}
	cr_assert_eq(buf.len, 3000);
	cr_assert_eq(buf.data[2999], 'a' + 2999 % 26);
	cr_assert_null(buf_room(&buf, SIZE_MAX - 8));
	cr_assert(buf.failed);
	cr_assert_null(buf_room(&buf, 1), "it sticks");
	buf_free(&buf);
}

Test(buf, grows_at_every_size)
{
	char bytes[4100];

	memset(bytes, 'x', sizeof(bytes));
	for (size_t len = 0; len < sizeof(bytes); len++) {
		struct buf buf = {0};
		bool edge = ((len + 2) & (len + 1)) == 0 ||
			    ((len + 1) & len) == 0 || (len & (len - 1)) == 0;

		if (!edge)
			continue;
		buf_add(&buf, bytes, len);
		buf_addf(&buf, "%s", "yz");
		buf_add(&buf, "!", 1);
		cr_assert_not(buf.failed);
		cr_assert_eq(buf.len, len + 3);
		cr_assert_eq(memcmp(buf.data, bytes, len), 0);
		cr_assert_str_eq(buf.data + len, "yz!");
		cr_assert_lt(buf.len, buf.cap);
		buf_free(&buf);
	}
}

Test(buf, format_of_any_length)
{
	struct buf buf = {0};
	size_t total = 0;

	for (int width = 1; width < 3000; width += 97) {
		buf_addf(&buf, "%*d", width, 1);
		total += (size_t)width;
		cr_assert_eq(buf.data[buf.len - 1], '1');
		cr_assert_eq(strlen(buf.data), buf.len);
	}
	cr_assert_eq(buf.len, total);
	buf_free(&buf);
}

static void expect_stuck(struct buf *buf)
{
	size_t len = buf->len;

	cr_expect(buf->failed);
	buf_add(buf, "more", 4);
	buf_adds(buf, "more");
	buf_addf(buf, "%s", "more");
	cr_expect(buf->failed);
	cr_expect_eq(buf->len, len, "nothing more is written");
}

Test(buf, a_length_that_cannot_be_sticks)
{
	static const size_t sizes[] = {SIZE_MAX, SIZE_MAX / 2,
				       SIZE_MAX / 4 + 1, SIZE_MAX / 4,
				       SIZE_MAX / 4 - 4};

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct buf buf = {0};

		buf_adds(&buf, "before");
		buf_add(&buf, "x", sizes[i]);
		expect_stuck(&buf);
		cr_expect_str_eq(buf.data, "before");
		buf_free(&buf);
		cr_expect_not(buf.failed, "free makes it new again");
		cr_expect_null(buf.data);
		cr_expect_eq(buf.cap, 0);
	}
}

Test(buf, a_failure_at_the_very_start_sticks)
{
	struct buf buf = {0};

	buf_add(&buf, "x", SIZE_MAX);
	expect_stuck(&buf);
	cr_expect_null(buf.data);
	buf_free(&buf);
}

Test(buf, free_twice_and_again_in_use)
{
	struct buf buf = {0};

	buf_adds(&buf, "one");
	buf_free(&buf);
	buf_free(&buf);
	buf_adds(&buf, "two");
	cr_assert_str_eq(buf.data, "two");
	buf_free(&buf);
}

Test(buf, cut_forgets_what_came_after)
{
	struct buf buf = {0};

	buf_adds(&buf, "one");
	buf_adds(&buf, "two");
	buf.failed = true;
	buf_cut(&buf, 3);
	cr_assert_not(buf.failed);
	cr_assert_str_eq(buf.data, "one");
	buf_adds(&buf, "three");
	cr_assert_str_eq(buf.data, "onethree");
	buf_free(&buf);
	buf_cut(&buf, 0);
	cr_assert_null(buf.data);
}
