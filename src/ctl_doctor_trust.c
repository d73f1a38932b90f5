/* ctl_doctor_trust.c - in: the client's certificate, what is sent with it, CAs
 * that are known, names that the server sent; out: facts about the chain.
 * Names alone are never taken for a proof where there is a key to look at. */
#include "ctl_doctor_trust.h"

#include <string.h>

#include "ctl_doctor_x509.h"

enum { MAX_WAY = 10, YOUNG = 14 * 24 * 60 * 60 };

/* Certificates that may be CAs of the client, and how they came here. */
struct pool {
	STACK_OF(X509) *sent;  /* with the client's own */
	STACK_OF(X509) *known; /* --cacert, the policy, the server's chain */
};

static void add_chain_files(STACK_OF(X509) * list,
			    const struct chain_file_cert *files, size_t count)
{
	for (size_t i = 0; i < count; i++)
		(void)x509_list_add(list, files[i].x509);
}

static void add_all(STACK_OF(X509) * list, const STACK_OF(X509) * from)
{
	for (int i = 0; i < sk_X509_num(from); i++)
		(void)x509_list_add(list, sk_X509_value(from, i));
}

static STACK_OF(X509) * known_cas(struct doctor *doctor)
{
	STACK_OF(X509) *known = x509_list(doctor->arena);
	const struct chain_rules *rules =
		doctor->policy ? &doctor->policy->trust.chain : NULL;

	if (!known) {
		doctor->findings.failed = true;
		return NULL;
	}
	add_all(known, doctor->cas);
	if (rules && rules->enabled) {
		add_chain_files(known, rules->anchors, rules->anchor_count);
		add_chain_files(known, rules->intermediates,
				rules->intermediate_count);
	}
	for (int i = 1; i < sk_X509_num(doctor->bare.tls.chain); i++)
		(void)x509_list_add(known,
				    sk_X509_value(doctor->bare.tls.chain, i));
	return known;
}

/* The certificate of list that signed cert, or NULL; *ret_namesake: one has
 * the name without the key. Of a CA that was renewed, the one in force. */
static X509 *signer(const STACK_OF(X509) * list, X509 *cert, int64_t now,
		    bool *ret_namesake)
{
	X509 *found = NULL;

	for (int i = 0; i < sk_X509_num(list); i++) {
		X509 *issuer = sk_X509_value(list, i);
		enum x509_link link = x509_link(issuer, cert);

		if (link == LINK_SIGNED &&
		    (!found || x509_valid_at(issuer, now)))
			found = issuer;
		if (link == LINK_NAMESAKE)
			*ret_namesake = true;
	}
	return found;
}

static bool has(const STACK_OF(X509) * list, const X509 *cert)
{
	for (int i = 0; i < sk_X509_num(list); i++)
		if (X509_cmp(sk_X509_value(list, i), cert) == 0)
			return true;
	return false;
}

/* The first of the way that is too weak for some. */
static void note_strength(struct arena *arena, X509 *cert,
			  struct client_facts *facts)
{
	if (!facts->weak)
		facts->weak = x509_weak(arena, cert, X509_WEAK);
	if (!facts->modest)
		facts->modest = x509_weak(arena, cert, X509_MODEST);
}

/* Goes up from cert by what is sent, then by what is known here. */
static void walk(const struct doctor *doctor, const struct pool *pool,
		 X509 *cert, struct client_facts *facts)
{
	const STACK_OF(X509_NAME) *names = doctor->ours.tls.ca_names;
	bool sent_so_far = true;

	for (int i = 0; i < MAX_WAY; i++) {
		bool namesake = false;
		X509 *next = signer(pool->sent, cert, doctor->now,
				    &namesake);

		if (sent_so_far &&
		    x509_among(X509_get_issuer_name(cert), names))
			facts->advertised = true;
		if (x509_self_signed(cert)) {
			facts->whole = i > 0;
			facts->root_named = x509_among(
				X509_get_subject_name(cert), names);
			return;
		}
		if (!next) {
			namesake = false;
			next = signer(pool->known, cert, doctor->now,
				      &namesake);
			facts->namesake |= !next && namesake;
			/* the root itself need not be sent */
			if (next && !x509_self_signed(next)) {
				if (!facts->missing)
					facts->missing = next;
				sent_so_far = false;
			}
		}
		if (!next)
			return;
		if (!x509_self_signed(next))
			facts->between++;
		if (!x509_valid_at(next, doctor->now))
			facts->ca_expired = next;
		note_strength(doctor->arena, next, facts);
		cert = next;
	}
}

/* Is the topmost that is sent below something that the server knows? */
static bool is_below(const struct doctor *doctor, X509 *cert,
		     const STACK_OF(X509) * known)
{
	STACK_OF(X509_NAME) *roots = sk_X509_NAME_new_null();
	const STACK_OF(X509_NAME) *named = doctor->ours.tls.ca_names;
	bool below;

	for (int i = 0; roots && i < sk_X509_NAME_num(named); i++)
		(void)sk_X509_NAME_push(roots, sk_X509_NAME_value(named, i));
	for (int i = 0; roots && i < sk_X509_num(known); i++)
		(void)sk_X509_NAME_push(
			roots, X509_get_subject_name(sk_X509_value(known, i)));
	below = roots && x509_below(cert, roots) > 0;
	sk_X509_NAME_free(roots);
	return below;
}

void client_facts_read(struct doctor *doctor, struct client_facts *ret_facts)
{
	X509 *own = doctor->identity.cert;
	const STACK_OF(X509_NAME) *names = doctor->ours.tls.ca_names;
	struct pool pool = {.sent = doctor->files.chain,
			    .known = known_cas(doctor)};
	struct client_facts facts = {0};
	bool unused = false;

	facts.expired = x509_not_after(own) < doctor->now;
	facts.early = x509_not_before(own) > doctor->now;
	facts.no_client = x509_not_for_client(own);
	facts.old_type = !facts.no_client && x509_old_type(own);
	facts.young = x509_not_before(own) + YOUNG > doctor->now;
	facts.extension = x509_extension(doctor->arena, own);
	facts.rare_key = x509_key_rare(doctor->identity.key);
	note_strength(doctor->arena, own, &facts);
	facts.is_ca = x509_is_ca(own);
	facts.self_signed = x509_self_signed(own);
	facts.pinned = facts.self_signed && has(pool.known, own);
	facts.named = sk_X509_NAME_num(names) > 0;
	facts.issuer_advertised =
		x509_among(X509_get_issuer_name(own), names);
	walk(doctor, &pool, own, &facts);
	facts.below = !facts.whole && !facts.self_signed &&
		      is_below(doctor, own, pool.known);
	facts.chain_wrong = sk_X509_num(pool.sent) > 0 &&
			    !facts.self_signed &&
			    !signer(pool.sent, own, doctor->now, &unused);
	facts.bad = client_verify(own, pool.sent, pool.known);
	facts.by_apache = doctor->server &&
			  strncmp(doctor->server, "Apache", 6) == 0;
	*ret_facts = facts;
}
