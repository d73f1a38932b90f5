/* ctl_replay.h - saved requests, answered again. */
#ifndef MTLSGATE_CTL_REPLAY_H
#define MTLSGATE_CTL_REPLAY_H

#include "ctl_env.h"

/* explain --env: takes each request of question->env_file, or the one that is
 * question->decision_id, through the stages and prints what comes of it.
 * Returns the exit status: of one request whether it is granted; of several
 * CTL_NO when one is answered otherwise than it was. */
int ctl_replay(const struct ctl_question *question);

#endif
