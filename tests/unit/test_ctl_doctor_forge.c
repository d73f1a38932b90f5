/* test_ctl_doctor_forge.c - what is forged is what mtlsgate's decoders take. */
#include "ctl_doctor_forge.h"

#include <criterion/criterion.h>
#include <string.h>

#include "ctl_doctor_gate.h"
#include "unwrap.h"

static struct arena *arena;
static struct tls_identity stranger;

static void set_up(void)
{
	arena = arena_new();
	cr_assert(stranger_make(&stranger));
}

static void tear_down(void)
{
	stranger_free(&stranger);
	arena_free(arena);
}

TestSuite(ctl_doctor_forge, .init = set_up, .fini = tear_down);

/* The value of the header called name in any row, or NULL. */
static const char *find(const char *row, const char *name)
{
	struct forgery forgery;

	for (size_t i = 0; forge_row(arena, stranger.cert, i, &forgery); i++) {
		if (strcmp(forgery.name, row) != 0)
			continue;
		for (size_t j = 0; forgery.headers[j]; j++) {
			size_t len = strlen(name);

			if (strncmp(forgery.headers[j], name, len) == 0)
				return forgery.headers[j] + len + 2;
		}
	}
	return NULL;
}

static void takes(const char *text)
{
	unsigned char *der = NULL;
	int len = i2d_X509(stranger.cert, &der);
	struct der got;
	const char *why = "";

	cr_assert_not_null(text);
	cr_assert_eq(unwrap_one(arena, text, &got, &why), ST_OK, "%s: %s",
		     why, text);
	cr_assert_eq(got.len, (size_t)len);
	cr_assert_eq(memcmp(got.bytes, der, got.len), 0);
	OPENSSL_free(der);
}

Test(ctl_doctor_forge, decoders_take_it)
{
	takes(find("nginx", "X-SSL-Client-Cert"));
	takes(find("haproxy", "X-SSL-Client-Cert"));
	takes(find("azure", "X-ARR-ClientCert"));
	takes(find("SSL_CLIENT_...", "SSL_CLIENT_CERT"));
	cr_assert_str_eq(find("SSL_CLIENT_...", "SSL_CLIENT_S_DN"),
			 "CN=mtlsgatectl doctor");
	cr_assert_eq(*find("rfc9440", "Client-Cert"), ':');
}

Test(ctl_doctor_forge, no_header_has_two_lines)
{
	struct forgery forgery;
	size_t i;

	for (i = 0; forge_row(arena, stranger.cert, i, &forgery); i++)
		for (size_t j = 0; forgery.headers[j]; j++)
			cr_assert_null(strpbrk(forgery.headers[j], "\r\n"));
	cr_assert_gt(i, 12);
}

Test(ctl_doctor_forge, a_header_of_the_policy)
{
	const char *const *list = forge_header(arena, stranger.cert,
					       "HTTP_X_OUR_CERT", 'B');
	const char *name = "X-OUR-CERT: ";

	cr_assert_eq(strncmp(list[0], name, strlen(name)), 0, "%s", list[0]);
	takes(list[0] + strlen(name));
}
