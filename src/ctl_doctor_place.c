/* ctl_doctor_place.c - the probe: a path that mtlsgate always denies, whatever
 * the policy says. Whoever gets anything else there was not stopped by it. */
#include "ctl_doctor_gate.h"
#include "ctl_doctor_refusal.h"

#define PROBE ".mtlsgate-deny"
/* What a probe is compared with where the server hides mtlsgate's words: a
 * name of the same form that means nothing. */
#define SIBLING ".mtlsgate-else"
/* And one without a dot in front, where the server knows none of those. */
#define PLAIN "mtlsgate-else"

static void ask_both(struct gate *gate, const struct doctor_ask *how,
		     const char *target, struct place *place)
{
	struct doctor_ask ask = *how;

	ask.target = target;
	place->probe = target;
	ask.anonymous = true;
	gate_ask(gate, &ask, &place->bare);
	ask.anonymous = false;
	if (gate->cert)
		gate_ask(gate, &ask, &place->ours);
	else
		place->ours = place->bare;
}

/* The server throws mtlsgate's words away (nginx's auth_request): it was asked
 * if the probe is refused, or sent elsewhere, and its sibling is answered in
 * another way. */
static bool only_the_probe(const struct place *place,
			   const struct place *sibling)
{
	if (sibling->ours.kind == ANSWER_SERVED ||
	    sibling->ours.kind == ANSWER_LOST ||
	    sibling->ours.kind == ANSWER_REFUSED)
		return true;
	if (place->ours.kind == ANSWER_MOVED)
		return false;
	return (sibling->bare.kind == ANSWER_SIGNED ||
		sibling->bare.kind == ANSWER_OURS) &&
	       place->bare.kind == ANSWER_BARE &&
	       place->bare.status != sibling->bare.status;
}

/* A denial's head on the page that the certificate opens: Satisfy Any. */
static bool page_behind(const struct place *place,
			const struct place *sibling)
{
	return !place->ours.words &&
	       sibling->ours.kind == ANSWER_SERVED &&
	       answer_same_body(&place->ours, &sibling->ours);
}

static enum gate_verdict judge_refusal(struct gate *gate,
				  const struct doctor_ask *how,
				  const char *base, const struct place *place)
{
	struct place sibling = {0};

	if (place->ours.kind == ANSWER_OURS && place->ours.words)
		return VERDICT_ASKED;
	ask_both(gate, how, gate_join(gate, base, SIBLING), &sibling);
	if (place->ours.kind == ANSWER_OURS)
		return page_behind(place, &sibling) ? VERDICT_OVERRULED
						    : VERDICT_ASKED;
	if (place->bare.kind == ANSWER_OURS && gate->cert)
		return VERDICT_CLOSED;
	return only_the_probe(place, &sibling) ? VERDICT_ASKED
					       : VERDICT_CLOSED;
}

/* Refused by sending everybody to a page for logging in. */
static bool is_sent_away(struct gate *gate, const struct doctor_ask *how,
			 const char *base, const struct place *place)
{
	struct place sibling = {0};

	if (place->ours.kind != ANSWER_MOVED ||
	    place->bare.kind != ANSWER_MOVED)
		return false;
	ask_both(gate, how, gate_join(gate, base, SIBLING), &sibling);
	return only_the_probe(place, &sibling);
}

/* Who has no certificate does not get as far as to be asked about. */
static bool insists(const struct gate *gate)
{
	return doctor_refused(&gate->doctor->bare) != REFUSED_NOT;
}

/* Of Apache's ways to leave the gate out the worst needs a certificate. */
static bool tells_only_ours(const struct gate *gate)
{
	return gate->front != FRONT_APACHE && insists(gate);
}

/* Names with a dot in front are not there for anybody, and mtlsgate is asked
 * about others: the probe says nothing. */
static bool hides_dots(struct gate *gate, const struct doctor_ask *how,
		       const char *base, const struct place *place)
{
	const char *target = gate_join(gate, base, PLAIN);
	struct doctor_ask ask = *how;
	struct answer plain;

	if (place->ours.kind != ANSWER_LOST ||
	    (place->bare.kind != ANSWER_LOST && !insists(gate)))
		return false;
	/* a path with a dot segment is what mtlsgate denies to all */
	if (insists(gate))
		target = arena_printf(gate->doctor->arena, "/.%s", target);
	ask.target = target;
	ask.anonymous = !insists(gate);
	gate_ask(gate, &ask, &plain);
	return plain.kind == ANSWER_OURS || plain.kind == ANSWER_SIGNED ||
	       (insists(gate) && (plain.kind == ANSWER_BARE ||
				  plain.kind == ANSWER_ERROR));
}

bool gate_denies_all_the_same(struct gate *gate, const char *base,
			      const struct place *place)
{
	const struct doctor_ask plainly = {0};
	struct place sibling = {0};

	ask_both(gate, &plainly, gate_join(gate, base, SIBLING), &sibling);
	if (gate_speaks(&sibling.bare))
		return true;
	return (place->ours.kind == ANSWER_SERVED ||
		place->ours.kind == ANSWER_BARE) &&
	       (sibling.ours.kind == ANSWER_LOST ||
		sibling.ours.kind == ANSWER_REFUSED);
}

void gate_probe(struct gate *gate, const struct doctor_ask *how,
		const char *base, struct place *ret_place)
{
	const struct answer *ours = &ret_place->ours;
	const struct answer *bare = &ret_place->bare;

	ask_both(gate, how, gate_join(gate, base, PROBE), ret_place);
	if (ours->kind == ANSWER_OVERRULED || bare->kind == ANSWER_OVERRULED)
		ret_place->verdict = VERDICT_OVERRULED;
	else if (is_sent_away(gate, how, base, ret_place))
		ret_place->verdict = VERDICT_ASKED;
	else if (hides_dots(gate, how, base, ret_place))
		ret_place->verdict = VERDICT_CLOSED;
	else if (answer_open(ours) && (answer_open(bare) || !gate->cert ||
				       tells_only_ours(gate)))
		ret_place->verdict = VERDICT_OPEN;
	else if (answer_open(ours))
		ret_place->verdict = VERDICT_OPEN_CERT;
	else if (answer_open(bare))
		ret_place->verdict = VERDICT_OPEN_BARE;
	else if (ours->kind == ANSWER_ERROR || ours->kind == ANSWER_NONE)
		ret_place->verdict = VERDICT_ERROR;
	else
		ret_place->verdict = judge_refusal(gate, how, base, ret_place);
}
