/* trust_int.h - what the checks of trust.c share. */
#ifndef MTLSGATE_TRUST_INT_H
#define MTLSGATE_TRUST_INT_H

#include "trust.h"

enum check_result { CHECK_ERROR = 0, CHECK_REFUSED, CHECK_PASSED };

/* A run through the table. */
struct check {
	struct arena *arena;
	const struct trust_rules *rules;
	const struct attr_list *attrs;
	const struct credential *credential;
	struct ocsp_service *ocsp;
	int64_t now;
	struct trace *trace;
	struct verified *v;
	enum reason reason; /* of a refusal, where it is not the row's */
	const char *detail; /* what a check has to say, either way */
};

/* The checks; each is a row of the table in trust.c. What one has to say goes
 * to check->detail. */
enum check_result check_parse(struct check *check);
enum check_result check_name_text(struct check *check);
enum check_result check_read(struct check *check);
enum check_result check_blocked(struct check *check);
enum check_result check_pinned(struct check *check);
enum check_result check_vouched(struct check *check);
enum check_result check_not_before(struct check *check);
enum check_result check_not_after(struct check *check);
enum check_result check_purpose(struct check *check);
enum check_result check_key(struct check *check);
enum check_result check_lifetime(struct check *check);
enum check_result check_chain(struct check *check);
enum check_result check_chain_blocked(struct check *check);
enum check_result check_ocsp(struct check *check);
enum check_result check_clean(struct check *check);
enum check_result check_issuer(struct check *check);

/* Says a detail and refuses. A detail that found no memory is left out; the
 * refusal stands. */
enum check_result check_refuse(struct check *check, const char *detail);

/* CHECK_PASSED, CHECK_ERROR for no memory, else CHECK_REFUSED. */
enum check_result check_status(enum status status);

/* The verdict of the blocks of one phase. */
enum check_result check_blocks(struct check *check, enum block_phase phase);

#endif
