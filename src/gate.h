/* gate.h - a request's way through the stages: the file to read first. */
#ifndef MTLSGATE_GATE_H
#define MTLSGATE_GATE_H

#include "cache.h"
#include "endpoint.h"

struct gate_input {
	const struct policy *policy; /* NULL: none in force, all is denied */
	enum role role;
	char *const *env;
	const uint32_t *names; /* how long each name is, or NULL */
	const char *decision_id;
	bool need_secret; /* a connection anyone on the machine can make */
	struct facts facts;
	struct ocsp_service *ocsp; /* or NULL: nobody answers */
	struct trace *trace;       /* or NULL */
	struct cache_seat *seat; /* or NULL: no verdict is taken from another
				  * request nor kept for one; with a trace none
				  * is either */
};

/* Decides and answers. *ret_outcome and *ret_out (the bytes of the reply) are
 * filled in; ST_NOMEM: they are not to be used, send reply_last_resort. */
NODISCARD enum status gate_handle(struct arena *arena,
				  const struct gate_input *input,
				  struct outcome *ret_outcome,
				  struct buf *ret_out);

/* The decision alone, for explain: everything up to and without the reply. */
NODISCARD enum status gate_decide(struct arena *arena,
				  const struct gate_input *input,
				  struct outcome *ret_outcome);

#endif
