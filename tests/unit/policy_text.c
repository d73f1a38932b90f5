/* policy_text.c - policies for tests, loaded from text. */
#include "policy_text.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixture.h"
#include "front_fixture.h"

enum { MAX_ISSUES = 256, PATH_BYTES = 512 };

static void die(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

void policy_dir(struct loaded *loaded)
{
	*loaded = (struct loaded){.dir = "/tmp/mtlsgate-test-XXXXXX"};
	loaded->issues.arena = arena_new();
	if (loaded->issues.arena == NULL || mkdtemp(loaded->dir) == NULL)
		die("policy_dir");
}

void policy_put(const struct loaded *loaded, const char *name,
		const void *bytes, size_t len)
{
	static const struct timespec past[2] = {{1700000000, 0},
						{1700000000, 0}};
	char path[PATH_BYTES];

	snprintf(path, sizeof(path), "%s/%s", loaded->dir, name);
	FILE *file = fopen(path, "wb");
	if (file == NULL || fwrite(bytes, 1, len, file) != len ||
	    fclose(file) != 0 || utimensat(AT_FDCWD, path, past, 0) != 0)
		die(path);
}

void policy_take(struct loaded *loaded, const char *file)
{
	loaded->policy = NULL;
	loaded->options.now = FIXTURE_NOW;
	loaded->status = policy_load(file, &loaded->options, &loaded->issues,
				     &loaded->policy);
	if (loaded->status == ST_NOMEM || loaded->issues.failed)
		die("policy_load");
}

void policy_again(struct loaded *loaded, const char *text)
{
	char path[PATH_BYTES];

	policy_put(loaded, "policy.ini", text, strlen(text));
	snprintf(path, sizeof(path), "%s/policy.ini", loaded->dir);
	policy_take(loaded, path);
}

void policy_text(struct loaded *loaded, const char *text)
{
	policy_dir(loaded);
	policy_again(loaded, text);
}

void policy_end(struct loaded *loaded)
{
	policy_free(loaded->policy);
	arena_free(loaded->issues.arena);
	fixture_remove(loaded->dir);
	*loaded = (struct loaded){0};
}

/* Finds an issue that nothing was found for yet. */
static bool claim(const struct issues *issues, bool warnings, size_t line,
		  const char *text, bool taken[MAX_ISSUES])
{
	for (size_t i = 0; i < issues->count && i < MAX_ISSUES; i++) {
		const struct issue *issue = &issues->list[i];

		if (taken[i] || issue->warning != warnings ||
		    issue->line != line || strstr(issue->text, text) == NULL)
			continue;
		taken[i] = true;
		return true;
	}
	fprintf(stderr, "missing: %zu: %s\n", line, text);
	return false;
}

static bool claim_line(const struct issues *issues, bool warnings,
		       const char *text, bool taken[MAX_ISSUES])
{
	char *rest;
	size_t line = strtoul(text, &rest, 10);

	if (rest == text || rest[0] != ':' || rest[1] != ' ' || !rest[2]) {
		fprintf(stderr, "not LINE: SUBSTRING: %s\n", text);
		return false;
	}
	return claim(issues, warnings, line, rest + 2, taken);
}

bool issues_match(const struct issues *issues, bool warnings,
		  const char *expect)
{
	bool taken[MAX_ISSUES] = {false};
	char *copy = strdup(expect);
	char *next = NULL;
	bool good = copy != NULL && issues->count <= MAX_ISSUES;

	for (char *line = good ? strtok_r(copy, "\n", &next) : NULL;
	     line != NULL; line = strtok_r(NULL, "\n", &next))
		good = claim_line(issues, warnings, line, taken) && good;
	free(copy);
	for (size_t i = 0; i < issues->count && i < MAX_ISSUES; i++) {
		const struct issue *issue = &issues->list[i];

		if (taken[i] || issue->warning != warnings)
			continue;
		fprintf(stderr, "not expected: %zu: %s\n", issue->line,
			issue->text);
		good = false;
	}
	return good;
}

bool policy_errors(const char *text, const char *expect)
{
	struct loaded loaded;

	policy_text(&loaded, text);
	bool good = issues_match(&loaded.issues, false, expect) &&
		    (loaded.policy != NULL) == (expect[0] == '\0');
	policy_end(&loaded);
	return good;
}

bool policy_warnings(const char *text, const char *expect)
{
	struct loaded loaded;

	policy_text(&loaded, text);
	bool good = issues_match(&loaded.issues, false, "") &&
		    issues_match(&loaded.issues, true, expect) &&
		    loaded.policy != NULL;
	policy_end(&loaded);
	return good;
}
