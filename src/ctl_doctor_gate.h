/* ctl_doctor_gate.h - what the checks of mtlsgate behind the web server share:
 * the answers that they compare, and how they ask and report. */
#ifndef MTLSGATE_CTL_DOCTOR_GATE_H
#define MTLSGATE_CTL_DOCTOR_GATE_H

#include "ctl_doctor.h"
#include "ctl_doctor_front.h"

/* Is mtlsgate asked about the paths below a place, as its probe shows? */
enum gate_verdict {
	VERDICT_CLOSED = 0, /* refused, by the server as far as can be seen */
	VERDICT_ASKED,
	VERDICT_ERROR,     /* 5xx of the server */
	VERDICT_OPEN,      /* answered, to everybody */
	VERDICT_OPEN_CERT, /* answered to who has a certificate */
	VERDICT_OPEN_BARE, /* answered to who has none */
	VERDICT_OVERRULED  /* asked, and not heeded */
};

struct place {
	const char *probe;   /* the path that was asked for */
	struct answer ours;  /* as bare where there is no certificate */
	struct answer bare;
	enum gate_verdict verdict;
};

typedef bool gate_fetch_fn(struct doctor *doctor, const struct doctor_ask *ask,
			   struct doctor_got *got);

struct gate {
	struct doctor *doctor;
	gate_fetch_fn *fetch; /* doctor_fetch, or a test's */
	const char *path;     /* of the URL, without its query */
	const char *base;     /* the same without a final slash */
	const char *prefix;   /* of mtlsgate's own pages */
	const char *sha256;   /* of the client's certificate, or NULL */
	bool cert;            /* one is shown, and the server takes it */
	bool sent;            /* it went out when the URL was asked for */
	bool late;            /* the server asked for it after the handshake */
	int repeated;         /* questions that were put a second time */
	bool seen;            /* something there is mtlsgate's for sure */
	enum front front;
	struct answer ours;   /* the URL; as bare where there is none */
	struct answer bare;
	struct answer health;
	struct answer stranger; /* the URL, with a certificate of nobody's */
	struct place place;   /* below the URL */
};

/* Asks, for JSON where there is a choice. ask->anonymous is set where there is
 * no certificate to show. */
void gate_ask(struct gate *gate, const struct doctor_ask *ask,
	      struct answer *ret_answer);

/* GET of a target, with the certificate or without. */
void gate_get(struct gate *gate, const char *target, bool cert,
	      struct answer *ret_answer);

/* "BASE/NAME" in the arena; NULL, and noted, when memory is out. */
const char *gate_join(struct gate *gate, const char *base, const char *name);

/* True if the answer, or that it came, is mtlsgate's doing. */
bool gate_speaks(const struct answer *answer);

/* Reports a FAIL with the advice for the web server that answers. Where nothing
 * shows that there is a mtlsgate, it is the cause only if nothing else is. */
void gate_fail(struct gate *gate, enum cause cause, const char *format, ...)
	PRINTF_LIKE(3, 4);
void gate_warn(struct gate *gate, enum cause cause, const char *format, ...)
	PRINTF_LIKE(3, 4);

/* An answer in words, see answer_say. */
const char *gate_say(struct gate *gate, const struct answer *answer);

/* Sends the probe below base (no final slash), with and without a
 * certificate, each as how says beside its target (method, Host, headers). */
void gate_probe(struct gate *gate, const struct doctor_ask *how,
		const char *base, struct place *ret_place);

/* True if mtlsgate is asked about the place, though its probe is answered: a
 * name that it does not always deny is treated in another way. */
bool gate_denies_all_the_same(struct gate *gate, const char *base,
			      const struct place *place);

/* What the policy that was given says of the URL: with the certificate, and
 * without one. False where there is no policy, or it cannot be asked. */
bool gate_policy_grants(struct gate *gate);
/* What a reason of the policy's is called; CAUSE_NONE for the others. */
enum cause gate_policy_cause(enum reason why);
bool gate_policy_opens(struct gate *gate);

/* A certificate that its own new key signed: what a server that verifies never
 * lets in. False: no memory; else the caller ends it with stranger_free. */
bool stranger_make(struct tls_identity *ret_stranger);
/* The same with all that cert says, its issuer's name too: who looks at names
 * and does not verify takes it for cert. */
bool stranger_make_like(X509 *cert, struct tls_identity *ret_stranger);
void stranger_free(struct tls_identity *stranger);

/* The checks, in their order; each reports under a step of its own. */
void gate_check_reached(struct gate *gate);
void gate_check_asked(struct gate *gate);
void gate_check_handoff(struct gate *gate);
void gate_check_policy(struct gate *gate);
void gate_check_ways(struct gate *gate);
void gate_check_endings(struct gate *gate);
void gate_check_headers(struct gate *gate);

#endif
