/* ctl_fingerprint.c - in: a file with a certificate; out: the lines that name
 * that certificate in a [pin] or [block] section. It says nothing about
 * whether the certificate is any good. */
#include <string.h>

#include "buf.h"
#include "cert.h"
#include "ctl.h"
#include "ctl_io.h"
#include "ctl_options.h"
#include "iniline.h"
#include "timefmt.h"

static const char usage[] = "usage: mtlsgatectl fingerprint CERT|-\n";

enum { MAX_SHOWN = 120 };

/* The issuer as a value that the reader of the policy takes as it is: a space
 * at the end, which would be trimmed, is \20 instead of "\ ", and a # behind a
 * space, which would look like a comment, is escaped. */
static const char *issuer_text(struct arena *arena, const struct cert *cert)
{
	const char *name = name_print(arena, &cert->issuer);
	struct buf out = {0};
	char *text = NULL;

	if (!name)
		return NULL;
	buf_adds(&out, "");
	for (const char *at = name; *at; at++) {
		bool end = *at == ' ' && !at[1];

		if (*at == '#' && at > name && at[-1] == ' ')
			buf_adds(&out, "\\");
		if (end)
			buf_adds(&out, "20");
		else
			buf_add(&out, at, 1);
	}
	if (!out.failed)
		text = arena_strdup(arena, out.data);
	buf_free(&out);
	return text;
}

static void print_block(const struct cert *cert, const char *issuer)
{
	size_t room = INI_LINE_BYTES - strlen("issuer = ");

	if (!*issuer || strlen(issuer) > room) {
		ctl_line(stdout, "; for [block NAME]: the issuer %s, so use "
				 "sha256", *issuer ? "is too long for a line"
						   : "is empty");
		return;
	}
	ctl_line(stdout, "; for [block NAME]: both lines");
	ctl_line(stdout, "serial = %s", cert->serial);
	ctl_line(stdout, "issuer = %s", issuer);
}

/* How much of text goes into a comment: a line that is too long would make the
 * policy unusable. Whole characters. */
static int shown_bytes(const char *text)
{
	size_t len = strnlen(text, MAX_SHOWN);

	while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--;
	return (int)len;
}

static int print_cert(struct arena *arena, const struct cert *cert)
{
	const char *subject = name_print(arena, &cert->subject);
	const char *issuer = issuer_text(arena, cert);
	char until[TIME_TEXT];

	if (!subject || !issuer) {
		ctl_line(stderr, "mtlsgatectl: out of memory");
		return CTL_UNKNOWN;
	}
	ctl_line(stdout, "; until %s: %.*s%s",
		 time_format(cert->not_after, until), shown_bytes(subject),
		 subject, strlen(subject) > MAX_SHOWN ? "..." : "");
	ctl_line(stdout, "; for [pin NAME]: the certificate, or its key, which "
			 "a renewal may keep");
	ctl_line(stdout, "sha256 = %s", cert->sha256);
	ctl_line(stdout, "spki = %s", cert->spki);
	print_block(cert, issuer);
	return CTL_YES;
}

static int fingerprint(struct arena *arena, const char *file)
{
	const char *why = "out of memory";
	struct ctl_certs certs;
	struct cert cert;
	struct der der;
	enum status status;

	if (ctl_read_certs(arena, file, &certs) != ST_OK)
		return CTL_UNKNOWN;
	status = unwrap_one(arena, certs.list[0], &der, &why);
	if (status == ST_OK)
		status = cert_parse(arena, der, &cert, &why);
	if (status != ST_OK) {
		ctl_line(stderr, "mtlsgatectl: %s: not a certificate: %s", file,
			 status == ST_NOMEM ? "out of memory" : why);
		return CTL_UNKNOWN;
	}
	if (certs.count > 1)
		ctl_line(stdout, "; the first of %zu certificates",
			 certs.count);
	return print_cert(arena, &cert);
}

int ctl_fingerprint(int argc, char **argv)
{
	const char *file = NULL;
	const struct ctl_options options = {.usage = usage, .argument = &file};
	int result = ctl_options_read(&options, argc, argv);
	struct arena *arena;

	if (result != CTL_GO_ON)
		return result;
	if (!file)
		return ctl_options_refuse(&options, "CERT is missing");
	arena = arena_new();
	result = CTL_UNKNOWN;
	if (arena)
		result = fingerprint(arena, file);
	else
		ctl_line(stderr, "mtlsgatectl: out of memory");
	arena_free(arena);
	return result;
}
