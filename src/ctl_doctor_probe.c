/* ctl_doctor_probe.c - in: a server that asks for no certificate; out: another
 * name or path for which it does. Each try is a connection of its own. */
#include "ctl_doctor_probe.h"

#include <string.h>

#include <openssl/x509v3.h>

enum { MAX_TRIES = 16 };

/* What to try, each once. */
struct tries {
	const char *list[MAX_TRIES];
	size_t count;
};

static void add(struct tries *tries, const char *text, const char *known)
{
	if (!text || tries->count == MAX_TRIES || strcmp(text, known) == 0)
		return;
	for (size_t i = 0; i < tries->count; i++)
		if (strcmp(tries->list[i], text) == 0)
			return;
	tries->list[tries->count++] = text;
}

/* Any host of *.example has the name www.example. */
static const char *host_of(struct arena *arena, const GENERAL_NAME *name)
{
	const ASN1_IA5STRING *text = name->d.dNSName;
	const char *data;
	int len;

	if (name->type != GEN_DNS)
		return NULL;
	data = (const char *)ASN1_STRING_get0_data(text);
	len = ASN1_STRING_length(text);
	if (len > 2 && strncmp(data, "*.", 2) == 0)
		return arena_printf(arena, "www.%.*s", len - 2, data + 2);
	return arena_strndup(arena, data, (size_t)len);
}

static void add_names_of_cert(const struct doctor *doctor, struct tries *tries)
{
	X509 *leaf = sk_X509_value(doctor->bare.tls.chain, 0);
	GENERAL_NAMES *names =
		leaf ? X509_get_ext_d2i(leaf, NID_subject_alt_name, NULL, NULL)
		     : NULL;

	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++)
		add(tries,
		    host_of(doctor->arena, sk_GENERAL_NAME_value(names, i)),
		    doctor->url.host);
	GENERAL_NAMES_free(names);
}

const char *probe_own_name(const struct doctor *doctor)
{
	struct tries tries = {0};

	add_names_of_cert(doctor, &tries);
	return tries.count > 0 ? tries.list[0] : NULL;
}

/* How sites for certificates are often called beside the open one. */
static void add_guesses(struct doctor *doctor, struct tries *tries)
{
	static const char *const labels[] = {"secure", "mtls", "auth", "api",
					     "admin", "client"};
	const char *host = doctor->url.host;
	const char *domain = strchr(host, '.');

	for (size_t i = 0; !doctor->url.address && i < ARRAY_LEN(labels); i++) {
		add(tries,
		    arena_printf(doctor->arena, "%s.%s", labels[i], host),
		    host);
		if (domain)
			add(tries, arena_printf(doctor->arena, "%s%s",
						labels[i], domain),
			    host);
	}
}

static bool asks(struct doctor *doctor, const struct doctor_ask *ask)
{
	struct doctor_got got;

	(void)doctor_fetch(doctor, ask, &got);
	return got.tls.asked;
}

bool probe_names(struct doctor *doctor, const char **ret_where)
{
	struct tries tries = {0};
	struct doctor_ask ask = {.anonymous = true, .handshake_only = true};

	ask.no_sni = true;
	*ret_where = "without a name (its default site)";
	if (!doctor->url.address && asks(doctor, &ask))
		return true;
	ask.no_sni = false;
	for (size_t i = 0; i < doctor->options.also.count; i++)
		if (!doctor->also[i].address)
			add(&tries, doctor->also[i].host, doctor->url.host);
	add_names_of_cert(doctor, &tries);
	add(&tries, "localhost", doctor->url.host);
	add_guesses(doctor, &tries);
	for (size_t i = 0; i < tries.count; i++) {
		ask.sni = tries.list[i];
		if (!asks(doctor, &ask))
			continue;
		*ret_where = arena_printf(doctor->arena, "with the name %s",
					  ask.sni);
		return *ret_where;
	}
	return false;
}

/* "/a/b/c?d" has "/a/b/" and "/a/" above it. */
static void add_parents(struct doctor *doctor, struct tries *tries)
{
	char *path = arena_strndup(doctor->arena, doctor->url.target,
				   strcspn(doctor->url.target, "?"));
	char *slash;

	while (path && (slash = strrchr(path, '/'))) {
		slash[slash[1] ? 1 : 0] = '\0';
		if (*path)
			add(tries, arena_strdup(doctor->arena, path),
			    doctor->url.target);
	}
}

bool probe_paths(struct doctor *doctor, const char **ret_where)
{
	static const char *const guarded[] = {
		"/",	   "/private/", "/secure/",    "/admin/", "/api/",
		"/protected/", "/auth/",    "/internal/", "/cert/"};
	struct tries tries = {0};
	struct doctor_ask ask = {.anonymous = true};

	for (size_t i = 0; i < doctor->options.also.count; i++)
		add(&tries, doctor->also[i].target, doctor->url.target);
	add_parents(doctor, &tries);
	for (size_t i = 0; i < ARRAY_LEN(guarded); i++)
		add(&tries, guarded[i], doctor->url.target);
	/* a server that does not speak HTTP has no paths */
	for (size_t i = 0; doctor->bare.http.status && i < tries.count; i++) {
		ask.target = tries.list[i];
		if (!asks(doctor, &ask))
			continue;
		*ret_where = ask.target;
		return true;
	}
	return false;
}
