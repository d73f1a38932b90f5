/* fuzz_env.h - a request made of fuzz input: fields that end in a byte 1, one
 * for each slot that the rules name. */
#ifndef MTLSGATE_FUZZ_ENV_H
#define MTLSGATE_FUZZ_ENV_H

#include "credential.h"

/* Puts the fields of text into the headers that rules read, and into the
 * server's variables, as the peer "10.0.0.1"; finds the credential twice, from
 * a peer that rules trust and from one that they do not, and checks what must
 * hold of it. */
void fuzz_find(struct source_rules *rules, const char *text);

/* Gives every slot that source has a variable: its own or HTTP_SLOT. */
void fuzz_rules(struct arena *arena, struct source_rules *rules,
		enum source source);

#endif
