/* gate_bench_server.c - the modes of gate_bench that ask as the fronts do, with
 * everything that a server keeps from request to request. */
#include "gate_bench.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "memory.h"
#include "serve.h"

enum {
	BATCH = 100, /* decisions between two looks at the clock */
	FIRST_US = 20000,
	WARM_US = 250000, /* how long is measured */
	MAX_WORKERS = 64,
	MOST_ENV = 100,
	EVERY = 10, /* of the many, one request of the regular one */
	TRIES = 3   /* with each of the many, where they are asked again */
};

/* What one decision took. */
struct took {
	double us;     /* by the clock on the wall */
	double cpu_us; /* of the processor */
};

/* A worker and what it is asked. */
struct asker {
	struct worker *worker;
	char *env[MOST_ENV + 1]; /* the certificate first */
	struct buf out;
	struct took took;
	pthread_t thread;
};

static struct server server;
static pthread_barrier_t together;

static void start_server(const char *policy)
{
	struct store *store = store_new(policy);
	struct audit *audit = audit_new();

	if (memory_init() != ST_OK || !store || !audit)
		fail("memory");
	server_init(&server, store, audit);
	server_refresh(&server, true);
}

static struct asker new_asker(const char *cert)
{
	struct asker asker = {.worker = worker_new(&server)};
	char *line;

	if (!asker.worker)
		fail("memory");
	asker.env[0] = cert ? variable("SSL_CLIENT_CERT", cert) : NULL;
	line = strtok(read_text(getenv("BENCH_ENV")), "\n");
	for (size_t i = 1; line && i < MOST_ENV; i++) {
		asker.env[i] = line;
		line = strtok(NULL, "\n");
	}
	return asker;
}

static void ask(struct asker *asker)
{
	static const char granted[] = "Status: 200";

	buf_cut(&asker->out, 0);
	server_answer(asker->worker, ROLE_AUTHORIZER, asker->env, NULL,
		      &asker->out);
	if (asker->out.len < sizeof(granted) ||
	    memcmp(asker->out.data, granted, sizeof(granted) - 1) != 0)
		fail("not granted");
}

static double cpu_us(void)
{
	struct timespec time;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

/* Asks for so long. */
static struct took ask_for(struct asker *asker, double us)
{
	double start = now_us(), cpu = cpu_us(), took;
	long count = 0;

	do {
		for (int i = 0; i < BATCH; i++)
			ask(asker);
		count += BATCH;
		took = now_us() - start;
	} while (took < us);
	return (struct took){took / (double)count,
			     (cpu_us() - cpu) / (double)count};
}

static void *run_warm(void *arg)
{
	struct asker *asker = arg;

	ask_for(asker, FIRST_US);
	pthread_barrier_wait(&together);
	asker->took = ask_for(asker, WARM_US);
	return NULL;
}

void bench_warm(int argc, char **argv)
{
	static struct asker askers[MAX_WORKERS];
	int count = atoi(argv[2]);
	char *cert = read_text(argv[1]);
	double took = 0, rate = 0;

	(void)argc;
	if (count < 1 || count > MAX_WORKERS)
		fail(argv[2]);
	start_server(argv[0]);
	pthread_barrier_init(&together, NULL, (unsigned)count + 1);
	for (int i = 0; i < count; i++) {
		askers[i] = new_asker(cert);
		if (pthread_create(&askers[i].thread, NULL, run_warm,
				   &askers[i]) != 0)
			fail("no thread");
	}
	pthread_barrier_wait(&together);
	for (int i = 0; i < count; i++) {
		pthread_join(askers[i].thread, NULL);
		took += askers[i].took.cpu_us / count;
		rate += 1e6 / askers[i].took.us;
	}
	printf("warm_us %.3f\ndecisions_per_second %.0f\n", took, rate);
}

/* ---- many certificates ---- */

/* The certificates of a file, each as text of its own. */
struct many {
	char **certs; /* "SSL_CLIENT_CERT=..." */
	size_t count;
};

static struct many read_many(const char *name)
{
	static const char begin[] = "-----BEGIN";
	struct many many = {0};
	char *text = read_text(name);
	char *from = strstr(text, begin);

	while (from) {
		char *next = strstr(from + 1, begin);

		many.certs = realloc(many.certs, (many.count + 1) *
							 sizeof(char *));
		if (!many.certs)
			fail("memory");
		if (next)
			next[-1] = '\0';
		many.certs[many.count++] = variable("SSL_CLIENT_CERT", from);
		from = next;
	}
	free(text);
	if (many.count < 2)
		fail(name);
	return many;
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

static double *new_times(size_t count)
{
	double *times = calloc(count, sizeof(*times));

	if (!times)
		fail("memory");
	return times;
}

/* Prints what they come to, and frees them. The first does not count: it finds
 * everything new. */
static void print_times(const char *name, double *all, size_t all_count)
{
	double *times = all + 1;
	size_t count = all_count - 1;

	qsort(times, count, sizeof(*times), compare);
	printf("%s_us %.2f\n", name, times[count / 2]);
	printf("%s_p999_us %.2f\n", name, times[count - 1 - count / 1000]);
	printf("%s_max_us %.2f\n", name, times[count - 1]);
	free(all);
}

/* Asks once with each, in turn; with regular, unless NULL, between. Returns
 * what each took; caller frees. */
static double *ask_many(const struct many *many, struct asker *regular)
{
	struct asker asker = new_asker(NULL);
	double *times = new_times(many->count);

	for (size_t i = 0; i < many->count; i++) {
		double start = cpu_us();

		asker.env[0] = many->certs[i];
		ask(&asker);
		times[i] = cpu_us() - start;
		if (regular && i % EVERY == 0)
			ask(regular);
	}
	worker_free(asker.worker);
	return times;
}

void bench_cold(int argc, char **argv)
{
	struct many many = read_many(argv[1]);

	(void)argc;
	start_server(argv[0]);
	print_times("cold", ask_many(&many, NULL), many.count);
}

/* What no decision on a certificate can do without where the server has
 * verified it: parse, digest, dates, serial number, the name's CN and OU, and
 * the extensions that say what it is for and who it is. */
static void bare(const char *pem)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int len;
	struct tm tm;
	char text[256];
	X509 *x509 = parse(pem);
	X509_NAME *name = X509_get_subject_name(x509);
	BIGNUM *serial = ASN1_INTEGER_to_BN(X509_get0_serialNumber(x509),
					    NULL);
	char *hex = BN_bn2hex(serial);
	EXTENDED_KEY_USAGE *eku =
		X509_get_ext_d2i(x509, NID_ext_key_usage, NULL, NULL);
	ASN1_BIT_STRING *usage =
		X509_get_ext_d2i(x509, NID_key_usage, NULL, NULL);
	GENERAL_NAMES *names =
		X509_get_ext_d2i(x509, NID_subject_alt_name, NULL, NULL);

	if (!X509_digest(x509, EVP_sha256(), digest, &len) ||
	    !ASN1_TIME_to_tm(X509_get0_notBefore(x509), &tm) ||
	    !ASN1_TIME_to_tm(X509_get0_notAfter(x509), &tm) || !hex ||
	    X509_NAME_get_text_by_NID(name, NID_commonName, text,
				      sizeof(text)) < 1 ||
	    X509_NAME_get_text_by_NID(name, NID_organizationalUnitName, text,
				      sizeof(text)) < 1)
		fail("OpenSSL cannot read it");
	sk_ASN1_OBJECT_pop_free(eku, ASN1_OBJECT_free);
	ASN1_BIT_STRING_free(usage);
	GENERAL_NAMES_free(names);
	OPENSSL_free(hex);
	BN_free(serial);
	X509_free(x509);
}

void bench_bare(int argc, char **argv)
{
	struct many many = read_many(argv[0]);
	double *times = new_times(many.count);

	(void)argc;
	for (size_t i = 0; i < many.count; i++) {
		double start = cpu_us();

		bare(strchr(many.certs[i], '=') + 1);
		times[i] = cpu_us() - start;
	}
	print_times("cold", times, many.count);
}

static long resident_kib(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	long pages = 0;

	if (!file || fscanf(file, "%*s %ld", &pages) != 1)
		fail("/proc/self/statm");
	fclose(file);
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void print_hits(const char *name, const struct tally *before)
{
	struct tally now;

	server_tally(&server, &now);
	printf("%s_hits %.4f\n", name,
	       (double)(now.cache_hits - before->cache_hits) /
		       (double)(now.cache_hits - before->cache_hits +
				now.cache_misses - before->cache_misses));
}

/* What interrupts one try does not interrupt all of them; what is slow about a
 * certificate, or about its turn, is slow each time. */
static void keep_fastest(double *times, double *others, size_t count)
{
	for (size_t i = 0; i < count; i++)
		times[i] = others[i] < times[i] ? others[i] : times[i];
	free(others);
}

void bench_turn(int argc, char **argv)
{
	struct many many = read_many(argv[2]);
	double *times;
	struct tally before;
	struct asker regular;
	long size;

	start_server(argv[0]);
	regular = new_asker(read_text(argv[1]));
	ask_for(&regular, FIRST_US);
	printf("regular_us %.3f\n", ask_for(&regular, WARM_US).cpu_us);
	size = resident_kib();
	times = ask_many(&many, &regular);
	printf("grown_kib %ld\n", resident_kib() - size);
	server_tally(&server, &before);
	printf("regular_full_us %.3f\n", ask_for(&regular, WARM_US).cpu_us);
	print_hits("regular", &before);
	if (argc < 4) {
		print_times("cold", times, many.count);
		return;
	}
	server_tally(&server, &before);
	for (int i = 1; i < TRIES; i++)
		keep_fastest(times, ask_many(&many, NULL), many.count);
	print_hits("again", &before);
	print_times("fastest", times, many.count);
}
