/* run_decoders.c - runs cases of tests/decoders, files given as arguments:
 * what a front sends, and what comes of it. Lines of a case:
 *   # comment
 *   policy TEXT       a line of [certificate]
 *   file = NAME       a file beside the case that the policy names
 *   peer, now, allow = VALUE   REMOTE_ADDR, seconds, the allow line
 *   NAME: VALUE       a header; NAME=VALUE a variable
 *   expect = granted or a reason; subject, issuer (RFC 4514), serial,
 *   spoofed = TEXT
 *   chain, built = N  certificates handed over beside the client's, and in
 *                     the chain that was built
 *   detail ~ TEXT     is somewhere in the detail
 * In values \n, \t, \r, \\ and \xHH are read, and \{N*TEXT} is N times TEXT. */
#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "gate.h"
#include "credential_given.h"
#include "load.h"

enum { MAX_LINE = 1 << 18, MAX_ENV = 64, MAX_KEYS = 16, MAX_FILES = 4 };

struct pair {
	char *key;
	char *value;
};

struct test {
	const char *file;
	char dir[32];
	struct buf policy;
	char *env[MAX_ENV];
	size_t env_count;
	struct pair said[MAX_KEYS]; /* KEY = VALUE */
	size_t said_count;
	char *links[MAX_FILES];
	size_t link_count;
	char why[512]; /* what was wrong; "": nothing */
};

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static void *must(void *memory)
{
	if (!memory)
		die("memory");
	return memory;
}

static const char *said(const struct test *t, const char *key,
			const char *otherwise)
{
	for (size_t i = 0; i < t->said_count; i++)
		if (strcmp(t->said[i].key, key) == 0)
			return t->said[i].value;
	return otherwise;
}

/* "{N*TEXT}" at c; returns what is behind it. */
static const char *repeat(const char *c, struct buf *out)
{
	char *star;
	long count = strtol(c + 1, &star, 10);
	const char *end = strchr(star, '}');

	if (*star != '*' || !end)
		die(c);
	for (; count > 0; count--)
		buf_add(out, star + 1, (size_t)(end - star - 1));
	return end + 1;
}

static char *unescape(const char *text)
{
	static const char from[] = "ntr\\";
	static const char to[] = "\n\t\r\\";
	struct buf out = {0};

	for (const char *c = text; *c;) {
		const char *at =
			c[0] == '\\' && c[1] ? strchr(from, c[1]) : NULL;
		unsigned byte;
		char one = *c;

		if (c[0] == '\\' && c[1] == '{') {
			c = repeat(c + 1, &out);
			continue;
		}
		if (at)
			one = to[at - from];
		else if (sscanf(c, "\\x%2x", &byte) == 1)
			one = (char)byte;
		c += at ? 2 : one == *c ? 1 : 4;
		buf_add(&out, &one, 1);
	}
	if (out.failed)
		die("memory");
	char *copy = must(strndup(out.data ? out.data : "", out.len));
	buf_free(&out);
	return copy;
}

static void add_env(struct test *t, char *entry)
{
	if (t->env_count >= MAX_ENV - 1)
		die(t->file);
	t->env[t->env_count++] = entry;
}

static void add_variable(struct test *t, const char *prefix, const char *name,
			 size_t len, const char *value)
{
	char *clear = unescape(value);
	size_t size = strlen(prefix) + len + strlen(clear) + 2;
	char *entry = must(malloc(size));

	snprintf(entry, size, "%s%.*s=%s", prefix, (int)len, name, clear);
	for (char *c = entry; *prefix && *c != '='; c++)
		*c = *c == '-' ? '_' : (char)toupper((unsigned char)*c);
	add_env(t, entry);
	free(clear);
}

/* The file stands beside the case; the policy finds it beside itself. */
static void link_file(struct test *t, const char *name)
{
	const char *slash = strrchr(t->file, '/');
	char from[PATH_MAX], whole[PATH_MAX], to[PATH_MAX];

	snprintf(from, sizeof(from), "%.*s%s",
		 slash ? (int)(slash - t->file + 1) : 0, t->file, name);
	snprintf(to, sizeof(to), "%s/%.200s", t->dir, name);
	if (!realpath(from, whole) || symlink(whole, to) != 0 ||
	    t->link_count >= MAX_FILES)
		die(from);
	t->links[t->link_count++] = must(strdup(to));
}

static void add_said(struct test *t, const char *key, size_t len,
		     const char *value)
{
	if (t->said_count >= MAX_KEYS)
		die(t->file);
	t->said[t->said_count++] =
		(struct pair){must(strndup(key, len)), unescape(value)};
	if (len == 4 && strncmp(key, "file", len) == 0)
		link_file(t, value);
}

static void add_policy(struct test *t, const char *line)
{
	buf_addf(&t->policy, "%s\n", line);
	if (t->policy.failed)
		die("memory");
}

static void read_line(struct test *t, const char *line)
{
	size_t len = strcspn(line, " :=");

	if (*line == '\0' || *line == '#')
		return;
	if (strncmp(line, "policy ", 7) == 0)
		add_policy(t, line + 7);
	else if (strncmp(line + len, " = ", 3) == 0 ||
		 strncmp(line + len, " ~ ", 3) == 0)
		add_said(t, line, len, line + len + 3);
	else if (line[len] == ':')
		add_variable(t, "HTTP_", line, len,
			     line + len + 1 + (line[len + 1] == ' '));
	else if (line[len] == '=')
		add_variable(t, "", line, len, line + len + 1);
	else
		snprintf(t->why, sizeof(t->why), "what is this line: %.60s",
			 line);
}

static void read_case(struct test *t)
{
	static char line[MAX_LINE];
	FILE *file = fopen(t->file, "r");

	if (!file)
		die(t->file);
	add_policy(t, "[identity]\nid = subject.CN\n\n[certificate]");
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		read_line(t, line);
	}
	fclose(file);
	add_policy(t, "\n[role user]\ndefault = yes\n\n[access all]\n"
		      "path = /*");
	buf_addf(&t->policy, "allow = %s\n", said(t, "allow", "*"));
	add_variable(t, "", "REMOTE_ADDR", 11, said(t, "peer", "10.0.0.1"));
	add_env(t, must(strdup("REQUEST_METHOD=GET")));
	add_env(t, must(strdup("REQUEST_URI=/a")));
}

static struct policy *load(struct test *t, int64_t now, struct arena *arena)
{
	const struct load_options options = {.now = now, .one_shot = true};
	struct issues issues = {.arena = arena};
	struct policy *policy = NULL;
	char path[64];

	snprintf(path, sizeof(path), "%s/policy.ini", t->dir);
	FILE *file = fopen(path, "w");
	if (!file ||
	    fwrite(t->policy.data, 1, t->policy.len, file) != t->policy.len ||
	    fclose(file) != 0)
		die(path);
	if (policy_load(path, &options, &issues, &policy) != ST_OK)
		snprintf(t->why, sizeof(t->why), "policy line %zu: %s",
			 issues.count ? issues.list[0].line : 0,
			 issues.count ? issues.list[0].text : "no memory");
	unlink(path);
	return policy;
}

static void compare(struct test *t, const char *key, const char *got)
{
	const char *wanted = said(t, key, NULL);

	if (!wanted || t->why[0])
		return;
	if (!got)
		got = "nothing";
	if (strcmp(key, "detail") == 0 ? !strstr(got, wanted)
				       : strcmp(got, wanted) != 0)
		snprintf(t->why, sizeof(t->why), "%s is %.200s, not %.200s",
			 key, got, wanted);
}

static void compare_count(struct test *t, const char *key, size_t got)
{
	char text[24];

	snprintf(text, sizeof(text), "%zu", got);
	compare(t, key, text);
}

static void compare_cert(struct test *t, const struct cert *cert,
			 struct arena *arena)
{
	compare(t, "subject", name_print(arena, &cert->subject));
	compare(t, "issuer", name_print(arena, &cert->issuer));
	compare(t, "serial", cert->serial);
}

static void judge(struct test *t, const struct policy *policy, int64_t now,
		  struct arena *arena)
{
	struct gate_input input = {.policy = policy,
				   .role = ROLE_AUTHORIZER,
				   .env = t->env,
				   .decision_id = "case",
				   .facts = {.now = now, .version = "test"}};
	struct credential handed = {0};
	struct given given;
	struct outcome o;
	struct buf reply = {0};

	if (gate_handle(arena, &input, &o, &reply) != ST_OK)
		die("gate_handle");
	buf_free(&reply);
	if (!said(t, "expect", NULL))
		snprintf(t->why, sizeof(t->why), "nothing is expected");
	compare(t, "expect", reason_row(o.decision.reason)->name);
	compare(t, "detail", o.verified.detail);
	if (o.verified.parsed)
		compare_cert(t, &o.verified.cert, arena);
	else
		compare(t, "subject", NULL);
	compare(t, "spoofed", o.verified.spoofed);
	compare_count(t, "built", o.verified.chain.count);
	given_read(&policy->source, o.request, &given);
	if (credential_find(arena, &policy->source, &given, NULL, &handed) ==
	    REASON_GRANTED)
		compare_count(t, "chain",
			      handed.chain_count + handed.sent_count);
	else
		compare(t, "chain", NULL);
}

static void clean_up(struct test *t)
{
	for (size_t i = 0; i < t->env_count; i++)
		free(t->env[i]);
	for (size_t i = 0; i < t->said_count; i++) {
		free(t->said[i].key);
		free(t->said[i].value);
	}
	for (size_t i = 0; i < t->link_count; i++) {
		unlink(t->links[i]);
		free(t->links[i]);
	}
	rmdir(t->dir);
	buf_free(&t->policy);
}

static bool run(const char *file)
{
	struct test t = {.file = file, .dir = "/tmp/mtlsgate-case-XXXXXX"};
	const char *slash = strrchr(file, '/');
	const char *name = slash ? slash + 1 : file;
	struct arena *arena = must(arena_new());

	if (!mkdtemp(t.dir))
		die(t.dir);
	read_case(&t);
	int64_t now = strtoll(said(&t, "now", "1767225600"), NULL, 10);
	struct policy *policy = t.why[0] ? NULL : load(&t, now, arena);
	if (policy)
		judge(&t, policy, now, arena);
	policy_free(policy);
	if (t.why[0])
		printf("FAIL decoder %.*s: %s\n", (int)strcspn(name, "."), name,
		       t.why);
	else
		printf("ok decoder %.*s\n", (int)strcspn(name, "."), name);
	clean_up(&t);
	arena_free(arena);
	return t.why[0] == '\0';
}

int main(int argc, char **argv)
{
	bool good = argc > 1;

	for (int i = 1; i < argc; i++)
		good = run(argv[i]) && good;
	return good ? 0 : 1;
}
