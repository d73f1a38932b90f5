/* gate_bench.c - times decisions inside one process, or the bare OpenSSL calls
 * that a cold decision cannot do without:
 *   gate_bench gate POLICY CERT [CHAIN]...   load, then decide
 *   gate_bench once POLICY CERT [CHAIN]...   load for one request, decide once
 *   gate_bench plain CA CERT [CHAIN]...      parse, build and check the chain
 *   gate_bench warm POLICY CERT THREADS      as the server does, one certificate
 *   gate_bench cold POLICY CERTS             each certificate of the file once
 *   gate_bench bare CERTS                    parse and digest each of them
 *   gate_bench turn POLICY CERT CERTS [again]   a regular one among many; and
 *                                            all of them twice more
 * The file $BENCH_ENV has the lines NAME=VALUE that come with the certificate.
 * Prints "NAME VALUE" lines: seconds, microseconds, or KiB as the name says. */
#include "gate_bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "gate.h"
#include "load.h"

enum { ROUNDS = 1000 };

double now_us(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

void fail(const char *what)
{
	fprintf(stderr, "gate_bench: %s\n", what);
	exit(2);
}

char *read_text(const char *name)
{
	FILE *file = fopen(name, "r");
	char *text = NULL;
	long size;

	if (!file || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 1)
		fail(name);
	rewind(file);
	text = calloc(1, (size_t)size + 1);
	if (!text || fread(text, 1, (size_t)size, file) != (size_t)size)
		fail(name);
	fclose(file);
	return text;
}

char *variable(const char *name, const char *value)
{
	size_t size = strlen(name) + strlen(value) + 2;
	char *text = malloc(size);

	if (!text)
		fail("memory");
	snprintf(text, size, "%s=%s", name, value);
	return text;
}

static long peak_kib(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

static const char *decide(const struct gate_input *input)
{
	struct arena *arena = arena_new();
	struct outcome outcome;
	enum reason reason;

	if (!arena || gate_decide(arena, input, &outcome) != ST_OK)
		fail("no decision");
	reason = outcome.decision.reason;
	arena_free(arena);
	return reason_row(reason)->name;
}

static char **make_env(int argc, char **argv)
{
	static char *env[16];
	char name[64];
	size_t count = 0;

	env[count++] = variable("SSL_CLIENT_CERT", read_text(argv[0]));
	for (int i = 1; i < argc && i < 10; i++) {
		snprintf(name, sizeof(name), "SSL_CLIENT_CERT_CHAIN_%d", i - 1);
		env[count++] = variable(name, read_text(argv[i]));
	}
	env[count++] = variable("SSL_CLIENT_VERIFY", "SUCCESS");
	env[count++] = variable("REQUEST_METHOD", "GET");
	env[count++] = variable("REQUEST_URI", "/x");
	return env;
}

static struct policy *load(const char *file, bool one_shot)
{
	struct issues issues = {.arena = arena_new()};
	struct load_options options = {.now = time(NULL), .one_shot = one_shot};
	struct policy *policy;
	double start = now_us();

	if (policy_load(file, &options, &issues, &policy) != ST_OK)
		fail(issues.count ? issues.list[0].text : file);
	printf("load_seconds %.3f\n", (now_us() - start) / 1e6);
	printf("load_peak_kib %ld\n", peak_kib());
	return policy;
}

static void bench_gate(int argc, char **argv, bool once)
{
	struct gate_input input = {.role = ROLE_AUTHORIZER,
				   .decision_id = "bench"};
	const char *reason;
	double start;

	input.policy = load(argv[0], once);
	input.env = make_env(argc - 1, argv + 1);
	input.facts.now = time(NULL);
	start = now_us();
	reason = decide(&input);
	printf("first_us %.1f\n", now_us() - start);
	start = now_us();
	for (int i = 0; !once && i < ROUNDS; i++)
		decide(&input);
	if (!once)
		printf("decide_us %.1f\n", (now_us() - start) / ROUNDS);
	printf("reason %s\n", reason);
}

X509 *parse(const char *pem)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	X509 *x509 = PEM_read_bio_X509(bio, NULL, NULL, NULL);

	BIO_free(bio);
	if (!x509)
		fail("not a certificate");
	return x509;
}

static int verify(X509_STORE *store, int count, char **pems)
{
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	STACK_OF(X509) *chain = sk_X509_new_null();
	X509 *leaf = parse(pems[0]);
	int result;

	for (int i = 1; i < count; i++)
		sk_X509_push(chain, parse(pems[i]));
	X509_STORE_CTX_init(ctx, store, leaf, chain);
	X509_STORE_CTX_set_purpose(ctx, X509_PURPOSE_SSL_CLIENT);
	X509_STORE_CTX_set_flags(ctx, X509_V_FLAG_POLICY_CHECK);
	result = X509_verify_cert(ctx);
	X509_STORE_CTX_free(ctx);
	sk_X509_pop_free(chain, X509_free);
	X509_free(leaf);
	return result;
}

static void bench_decide(int argc, char **argv)
{
	bench_gate(argc, argv, false);
}

static void bench_once(int argc, char **argv)
{
	bench_gate(argc, argv, true);
}

static void bench_plain(int argc, char **argv)
{
	X509_STORE *store = X509_STORE_new();
	char *pems[16];
	double start;

	X509_STORE_add_cert(store, parse(read_text(argv[0])));
	for (int i = 1; i < argc && i < 16; i++)
		pems[i - 1] = read_text(argv[i]);
	if (verify(store, argc - 1, pems) != 1)
		fail("OpenSSL refuses the chain");
	start = now_us();
	for (int i = 0; i < ROUNDS; i++)
		verify(store, argc - 1, pems);
	printf("decide_us %.1f\n", (now_us() - start) / ROUNDS);
}

static const struct {
	const char *name;
	int least; /* arguments */
	void (*run)(int argc, char **argv);
} modes[] = {
	{"gate", 2, bench_decide},
	{"once", 2, bench_once},
	{"plain", 2, bench_plain},
	{"warm", 3, bench_warm},
	{"cold", 2, bench_cold},
	{"bare", 1, bench_bare},
	{"turn", 3, bench_turn},
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < ARRAY_LEN(modes); i++) {
		if (strcmp(argv[1], modes[i].name) != 0)
			continue;
		if (argc - 2 < modes[i].least)
			break;
		modes[i].run(argc - 2, argv + 2);
		return 0;
	}
	fail("usage: see the head of gate_bench.c");
}
