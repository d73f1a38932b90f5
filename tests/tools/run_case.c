/* run_case.c - runs one case directory through all stages:
 *   policy.ini  the policy (absent: the one beside the directories)
 *   cert        the certificate as fixture lines (absent: none)
 *   env         NAME=VALUE lines; @cert is the certificate's PEM, @b64 its DER
 *               as base64 on one line; \n, \t and \xHH are read
 *   role, now   optional: "responder", seconds; default authorizer and the
 *               fixtures' time
 * Prints "KEY: VALUE" lines of the decision and the whole reply. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fixture.h"
#include "gate.h"
#include "load.h"

enum { MAX_ENV = 200, MAX_FILE = 1 << 20 };

static char *read_text(const char *dir, const char *name)
{
	char path[4096];
	char *text = calloc(1, MAX_FILE);
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "r");
	if (!file || !text) {
		free(text);
		if (file)
			fclose(file);
		return NULL;
	}
	if (fread(text, 1, MAX_FILE - 1, file) == 0)
		text[0] = '\0';
	fclose(file);
	return text;
}

static void unescape(char *text)
{
	char *to = text;

	for (const char *c = text; *c; c++) {
		unsigned byte;

		if (c[0] == '\\' && c[1] == 'n') {
			*to++ = '\n';
			c++;
		} else if (c[0] == '\\' && c[1] == 't') {
			*to++ = '\t';
			c++;
		} else if (c[0] == '\\' && c[1] == 'x' &&
			   sscanf(c + 2, "%2x", &byte) == 1) {
			*to++ = (char)byte;
			c += 3;
		} else {
			*to++ = *c;
		}
	}
	*to = '\0';
}

static char *one_line_base64(const char *pem)
{
	char *out = calloc(1, strlen(pem) + 1);
	char *to = out;
	const char *c = strchr(pem, '\n');

	for (; out && c && *c && *c != '-'; c++)
		if (*c != '\n')
			*to++ = *c;
	return out;
}

/* Replaces the first mark in line by text. */
static char *put_in(const char *line, const char *mark, const char *text)
{
	const char *at = strstr(line, mark);
	size_t size = strlen(line) + (text ? strlen(text) : 0) + 1;
	char *out;

	if (!at || !text)
		return strdup(line);
	out = calloc(1, size);
	if (out)
		snprintf(out, size, "%.*s%s%s", (int)(at - line), line, text,
			 at + strlen(mark));
	return out;
}

static void fill_env(char **env, char *text, const char *pem)
{
	char *b64 = pem ? one_line_base64(pem) : NULL;
	char *save = NULL;
	size_t count = 0;

	for (char *line = strtok_r(text, "\n", &save);
	     line && count < MAX_ENV - 1; line = strtok_r(NULL, "\n", &save)) {
		char *half;

		unescape(line);
		half = put_in(line, "@cert", pem);
		env[count++] = put_in(half, "@b64", b64);
		free(half);
	}
	free(b64);
}

static void print_outcome(const struct outcome *o, const struct buf *out)
{
	const struct identity *who = &o->identity;

	printf("decision: %s\n", o->decision.granted ? "granted" : "denied");
	printf("reason: %s\n", reason_row(o->decision.reason)->name);
	printf("rule: %s\n", o->decision.rule ? o->decision.rule : "-");
	printf("line: %zu\n", o->decision.line);
	printf("detail: %s\n", o->decision.detail ? o->decision.detail : "-");
	printf("id: %s\n", who->known && !o->decision.anonymous ? who->id
								 : "-");
	printf("roles:");
	for (size_t i = 0; i < who->role_count; i++)
		printf(" %s", who->roles[i]);
	printf("\ndays_left: %lld%s\n", (long long)o->verified.days_left,
	       o->verified.expiring ? " expiring" : "");
	fwrite(out->data, 1, out->len, stdout);
	printf("\n");
}

static const struct policy *load(const char *dir, struct issues *issues,
				 struct policy **policy)
{
	const struct load_options options = {.now = FIXTURE_NOW};
	char path[4096];

	snprintf(path, sizeof(path), "%s/policy.ini", dir);
	if (access(path, R_OK) != 0)
		snprintf(path, sizeof(path), "%s/../policy.ini", dir);
	if (policy_load(path, &options, issues, policy) != ST_OK)
		*policy = NULL;
	for (size_t i = 0; i < issues->count; i++)
		printf("%s: %zu: %s\n",
		       issues->list[i].warning ? "warning" : "error",
		       issues->list[i].line, issues->list[i].text);
	return *policy;
}

int main(int argc, char **argv)
{
	char *env[MAX_ENV] = {0};
	struct arena *arena = arena_new();
	struct issues issues = {.arena = arena};
	struct gate_input input = {.role = ROLE_AUTHORIZER, .env = env,
				   .decision_id = "case"};
	struct outcome outcome;
	struct buf out = {0};
	struct policy *policy = NULL;
	char *spec, *text, *role, *now, *pem;

	if (argc != 2 || !arena)
		return 2;
	spec = read_text(argv[1], "cert");
	text = read_text(argv[1], "env");
	role = read_text(argv[1], "role");
	now = read_text(argv[1], "now");
	pem = spec ? fixture_pem(spec) : NULL;
	if (text)
		fill_env(env, text, pem);
	if (role && strncmp(role, "responder", 9) == 0)
		input.role = ROLE_RESPONDER;
	input.facts.now = now ? strtoll(now, NULL, 10) : FIXTURE_NOW;
	input.facts.version = "test";
	input.policy = load(argv[1], &issues, &policy);
	if (gate_handle(arena, &input, &outcome, &out) != ST_OK)
		return 2;
	print_outcome(&outcome, &out);
	buf_free(&out);
	policy_free(policy);
	for (size_t i = 0; env[i]; i++)
		free(env[i]);
	arena_free(arena);
	free(spec);
	free(text);
	free(role);
	free(now);
	free(pem);
	return 0;
}
