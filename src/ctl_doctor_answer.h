/* ctl_doctor_answer.h - whose answer is it: mtlsgate's, or the web server's
 * own? Judged from what reaches a client. */
#ifndef MTLSGATE_CTL_DOCTOR_ANSWER_H
#define MTLSGATE_CTL_DOCTOR_ANSWER_H

#include "ctl_doctor_http.h"
#include "reason.h"

enum answer_kind {
	ANSWER_NONE = 0,  /* no HTTP answer */
	ANSWER_OURS,      /* a denial in mtlsgate's words */
	ANSWER_OVERRULED, /* mtlsgate denied, and was not heeded */
	ANSWER_SIGNED,    /* 401 for want of ClientCert: mtlsgate's, its words
			     were thrown away */
	ANSWER_BARE,      /* 401, 403 or 407 of the server */
	ANSWER_REFUSED,   /* another 4xx of the server */
	ANSWER_ERROR,     /* 5xx of the server */
	ANSWER_LOST,      /* 404 or 410 of the server */
	ANSWER_MOVED,     /* 3xx */
	ANSWER_SERVED     /* 2xx */
};

enum answer_page {
	PAGE_OTHER = 0,
	PAGE_PROFILE,
	PAGE_CERT_INFO,
	PAGE_STATUS,
	PAGE_HEALTH
};

struct answer {
	enum answer_kind kind;
	int status;
	const char *reason;    /* of a denial, a name of mtlsgate(8); or NULL */
	enum reason why;       /* the same; REASON_COUNT: none, or unknown */
	const char *decision;  /* its id, or NULL */
	bool words;            /* the body is mtlsgate's JSON */
	bool json;             /* it came as application/json */
	bool whole;            /* the body is JSON, whoever's */
	bool password;         /* the server wants one */
	enum answer_page page; /* of mtlsgate's own, when it was served */
	const char *id;        /* who it says we are, or NULL */
	const char *sha256;    /* of the certificate that it saw, or NULL */
	const char *policy_sha256; /* of the policy in force, or NULL */
	const char *reload_error;  /* or NULL */
	const char *server;    /* the Server header, or NULL */
	const char *body;      /* never NULL */
	size_t body_len;
};

/* Judges an answer; its texts go into the arena. */
void answer_judge(struct arena *arena, const struct http_answer *http,
		  struct answer *ret_answer);

/* The server let the request through, or answered it for itself. */
bool answer_open(const struct answer *answer);

/* 401, 403 or the like, whoever said it; no answer counts too. */
bool answer_closed(const struct answer *answer);

/* Bodies that are the same, and not empty. */
bool answer_same_body(const struct answer *a, const struct answer *b);

/* "401 certificate_missing", "404 of the server", "no answer"; in the arena,
 * never NULL. */
const char *answer_say(struct arena *arena, const struct answer *answer);

#endif
