/* test_memory.c - the allocator of the libraries, which remembers failures. */
#include "memory.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <openssl/asn1.h>
#include <openssl/crypto.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>

/* More than any machine has; the allocator of a sanitizer may end the program
 * instead of failing, unless it is told to fail. */
#define TOO_MUCH (SIZE_MAX / 2 - 4096)

const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static enum status first = ST_BAD;

/* The test runner uses libcrypto too, so that this has to come before it. */
static void __attribute__((constructor)) before_all(void)
{
	first = memory_init();
}

static void start(void)
{
	cr_assert_eq(first, ST_OK);
	memory_begin();
}

TestSuite(memory, .init = start);

static void fail_once(void)
{
	volatile size_t size = TOO_MUCH;

	cr_assert_null(OPENSSL_malloc(size));
}

Test(memory, no_failure)
{
	char *text = OPENSSL_malloc(10);

	cr_assert_not_null(text);
	strcpy(text, "text");
	text = OPENSSL_realloc(text, 1000);
	cr_assert_not_null(text);
	cr_expect_str_eq(text, "text");
	OPENSSL_free(text);
	OPENSSL_free(NULL);
	cr_expect_not(memory_failed());
}

Test(memory, a_failure_is_remembered)
{
	ASN1_OCTET_STRING *good;

	fail_once();
	cr_expect(memory_failed());
	cr_expect(memory_failed(), "asking does not forget");
	good = ASN1_OCTET_STRING_new();
	cr_expect_not_null(good);
	ASN1_OCTET_STRING_free(good);
	cr_expect(memory_failed(), "what works later does not forget");
	memory_begin();
	cr_expect_not(memory_failed());
}

Test(memory, a_failure_to_grow)
{
	volatile size_t size = TOO_MUCH;
	char *text = OPENSSL_malloc(10);
	char *larger;

	cr_assert_not_null(text);
	larger = OPENSSL_realloc(text, size);
	cr_assert_null(larger);
	cr_expect(memory_failed());
	OPENSSL_free(text);
}

Test(memory, nothing_asked_for_is_no_failure)
{
	volatile size_t none = 0;
	void *made = OPENSSL_malloc(none);

	OPENSSL_free(made);
	made = OPENSSL_malloc(8);
	made = OPENSSL_realloc(made, none);
	OPENSSL_free(made);
	cr_expect_not(memory_failed());
}

Test(memory, jansson_too)
{
	json_malloc_t get;
	json_free_t release;
	volatile size_t size = TOO_MUCH;
	void *made;

	json_get_alloc_funcs(&get, &release);
	made = get(16);
	cr_assert_not_null(made);
	release(made);
	cr_expect_not(memory_failed());
	cr_expect_null(get(size));
	cr_expect(memory_failed());
}

static void *other_thread(void *seen)
{
	bool *before = seen;

	*before = memory_failed();
	fail_once();
	return memory_failed() ? seen : NULL;
}

Test(memory, each_thread_by_itself)
{
	pthread_t thread;
	bool before = false;
	void *after = NULL;

	fail_once();
	cr_assert_eq(pthread_create(&thread, NULL, other_thread, &before), 0);
	cr_assert_eq(pthread_join(thread, &after), 0);
	cr_expect_not(before, "it has had none yet");
	cr_expect_not_null(after);
	memory_begin();
	cr_expect_not(memory_failed());
	cr_assert_eq(pthread_create(&thread, NULL, other_thread, &before), 0);
	cr_assert_eq(pthread_join(thread, &after), 0);
	cr_expect_not(memory_failed(), "what fails elsewhere");
}

Test(memory, a_second_time_does_no_harm)
{
	char *text = OPENSSL_malloc(10);

	cr_expect_eq(memory_init(), ST_OK);
	text = OPENSSL_realloc(text, 20);
	cr_expect_not_null(text);
	OPENSSL_free(text);
	fail_once();
	cr_expect_eq(memory_init(), ST_BAD, "what failed is not forgotten");
}
