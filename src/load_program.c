/* load_program.c - [endpoints], [audit], [server] and [messages]: settings
 * come in, what the program itself goes by goes out. Never opens a log. */
#include <string.h>

#include "cache.h"
#include "loader.h"

enum { SHORT_SECRET = 16 };

/* RFC 3986: unreserved, reserved and %. */
#define URL_BYTES "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" \
		  "0123456789-._~:/?#[]@!$&'()*+,;=%"

void set_endpoint_prefix(struct loader *loader, void *object,
			 const struct ini_setting *setting)
{
	const char *prefix = setting->value;
	const char *fault = path_fault(prefix);

	(void)object;
	if (fault == NULL && prefix[strlen(prefix) - 1] == '/')
		fault = "it ends in '/'";
	if (fault == NULL && strpbrk(prefix, "*?\\%") != NULL)
		fault = "it is a literal path, without wildcards and escapes";
	if (fault == NULL)
		loader->policy->endpoints.prefix = prefix;
	else
		issue_error(loader->issues, loader->file, setting->line,
			    "prefix = %s: %s", prefix, fault);
}

void set_admin_role(struct loader *loader, void *object,
		    const struct ini_setting *setting)
{
	struct endpoint_rules *endpoints = &loader->policy->endpoints;

	(void)object;
	endpoints->admin_role = setting->value;
	endpoints->admin_index = names_require(loader, &loader->roles, "role",
					       setting, setting->value);
}

/* A word that is nearly one of the two would quietly become a file. */
void set_log(struct loader *loader, void *object,
	     const struct ini_setting *setting)
{
	static const char *const words[] = {"stderr", "syslog", NULL};
	struct audit_rules *audit = &loader->policy->audit;
	const char *value = setting->value;
	const char *best = suggest_from(value, words);

	(void)object;
	if (strcmp(value, "stderr") == 0) {
		audit->target = AUDIT_STDERR;
	} else if (strcmp(value, "syslog") == 0) {
		audit->target = AUDIT_SYSLOG;
	} else if (best != NULL) {
		issue_error(loader->issues, loader->file, setting->line,
			    "log = %s: did you mean '%s'? (a file of that name"
			    " is written ./%s)",
			    value, best, value);
	} else if (value[strlen(value) - 1] == '/') {
		issue_error(loader->issues, loader->file, setting->line,
			    "log = %s is a directory, not a file", value);
	} else {
		audit->target = AUDIT_FILE;
		audit->file = value_path(loader, value);
	}
}

void set_level(struct loader *loader, void *object,
	       const struct ini_setting *setting)
{
	(void)object;
	(void)value_choice(loader, setting, "info", "debug",
			  &loader->policy->audit.debug);
}

void set_on_error(struct loader *loader, void *object,
		  const struct ini_setting *setting)
{
	(void)object;
	(void)value_choice(loader, setting, "continue", "deny",
			  &loader->policy->audit.deny_on_error);
}

void set_capture(struct loader *loader, void *object,
		 const struct ini_setting *setting)
{
	(void)object;
	(void)value_choice(loader, setting, "off", "denied",
			   &loader->policy->audit.capture);
}

void set_capture_file(struct loader *loader, void *object,
		      const struct ini_setting *setting)
{
	const char *value = setting->value;

	(void)object;
	if (value[strlen(value) - 1] == '/')
		issue_error(loader->issues, loader->file, setting->line,
			    "capture_file = %s is a directory, not a file",
			    value);
	else
		loader->policy->audit.capture_file = value_path(loader, value);
}

void finish_audit(struct loader *loader, void *object)
{
	struct audit_rules *audit = &loader->policy->audit;
	const struct ini_setting *named =
		section_find(loader->section, "capture_file");

	(void)object;
	if (!audit->capture) {
		audit->capture_file = NULL;
		if (named != NULL)
			issue_error(loader->issues, loader->file, named->line,
				    "capture_file without capture = denied");
	} else if (named == NULL && audit->target != AUDIT_FILE) {
		issue_error(loader->issues, loader->file,
			    loader->section->line,
			    "capture = denied needs log = FILE, beside which "
			    "it keeps FILE.captured, or capture_file = FILE");
	} else if (named == NULL && audit->file != NULL) {
		audit->capture_file = arena_printf(loader->arena, "%s.captured",
						   audit->file);
		loader->issues->failed |= audit->capture_file == NULL;
	}
}

void set_threads(struct loader *loader, void *object,
		 const struct ini_setting *setting)
{
	(void)object;
	(void)value_number(loader, setting, 1, MAX_THREADS,
			   &loader->policy->server.threads);
}

void set_backlog(struct loader *loader, void *object,
		 const struct ini_setting *setting)
{
	(void)object;
	(void)value_number(loader, setting, 1, MAX_BACKLOG,
			   &loader->policy->server.backlog);
}

void set_max_connections(struct loader *loader, void *object,
			 const struct ini_setting *setting)
{
	(void)object;
	(void)value_number(loader, setting, 1, MAX_CONNECTIONS,
			   &loader->policy->server.max_connections);
}

void set_request_timeout(struct loader *loader, void *object,
			 const struct ini_setting *setting)
{
	int64_t seconds;

	(void)object;
	if (!value_duration(loader, setting, &seconds))
		return;
	if (seconds <= MAX_REQUEST_TIMEOUT)
		loader->policy->server.request_timeout = (long)seconds;
	else
		issue_error(loader->issues, loader->file, setting->line,
			    "request_timeout is one hour at most, not '%s'",
			    setting->value);
}

void set_cache(struct loader *loader, void *object,
	       const struct ini_setting *setting)
{
	(void)object;
	(void)value_number(loader, setting, 0, CACHE_MOST,
			   &loader->policy->server.cache);
}

void set_secret(struct loader *loader, void *object,
		const struct ini_setting *setting)
{
	(void)object;
	loader->policy->server.secret = setting->value;
	if (strlen(setting->value) < SHORT_SECRET)
		issue_warning(loader->issues, loader->file, setting->line,
			      "this secret is short: 16 characters or more are"
			      " hard to guess");
}

void set_contact(struct loader *loader, void *object,
		 const struct ini_setting *setting)
{
	(void)object;
	loader->policy->messages.contact = setting->value;
}

void set_help_url(struct loader *loader, void *object,
		  const struct ini_setting *setting)
{
	const char *value = setting->value;

	size_t scheme = strncmp(value, "https://", 8) == 0   ? 8
			: strncmp(value, "http://", 7) == 0 ? 7
							    : 0;

	(void)object;
	if (scheme == 0)
		issue_error(loader->issues, loader->file, setting->line,
			    "help_url begins with https:// or http://");
	else if (value[scheme] == '\0' || value[scheme] == '/')
		issue_error(loader->issues, loader->file, setting->line,
			    "help_url has no host");
	else if (value[strspn(value, URL_BYTES)] != '\0')
		issue_error(loader->issues, loader->file, setting->line,
			    "help_url has a character that no URL has: write "
			    "it as %%XX");
	else
		loader->policy->messages.help_url = value;
}
