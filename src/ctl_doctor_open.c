/* ctl_doctor_open.c - does the web server get an answer from mtlsgate, and
 * does it ask at all? In: the URL's answers and those of probes; out: lines of
 * the report. */
#include "ctl_doctor_gate.h"

#include <string.h>

#include "ctl_doctor_probe.h"

enum { MAX_PARENTS = 8 };

static const struct doctor_ask plainly = {0};

void gate_check_reached(struct gate *gate)
{
	const struct answer *ours = &gate->ours;
	struct place *place = &gate->place;

	/* What counts most gets its own tries: mod_fcgid makes requests wait
	 * where a program has ended too often in the last seconds. */
	gate->repeated = 0;
	gate_probe(gate, &plainly, gate->base, place);
	gate->seen |= gate_speaks(&place->ours) || gate_speaks(&place->bare);
	if (gate->health.page == PAGE_HEALTH && gate->health.status != 200)
		gate_fail(gate, CAUSE_GATE_POLICY_INVALID,
			  "%s/health: %s", gate->prefix,
			  gate_say(gate, &gate->health));
	if (place->verdict == VERDICT_ERROR)
		gate_fail(gate, CAUSE_GATE_UNREACHABLE,
			  "GET %s: %s; GET %s: %s", gate->path,
			  gate_say(gate, ours), place->probe,
			  gate_say(gate, &place->ours));
	else if (ours->kind == ANSWER_ERROR &&
		 place->verdict == VERDICT_ASKED)
		gate_fail(gate, CAUSE_BACKEND_ERROR,
			  "GET %s: %s, though mtlsgate answers there",
			  gate->path, gate_say(gate, ours));
	else
		doctor_ok(gate->doctor, "GET %s: %s by %s, without a "
			  "certificate %s", gate->path, gate_say(gate, ours),
			  front_name(gate->front),
			  gate_say(gate, &gate->bare));
}

/* The same URL with a dot segment: web servers take it for the same, and
 * mtlsgate always denies it (bad_path), where anyone is let in too. */
static bool dot_is_served(struct gate *gate, bool cert,
			  struct answer *ret_dot)
{
	const char *dot = arena_printf(gate->doctor->arena, "/.%s",
				       gate->doctor->url.target);

	if (!dot) {
		gate->doctor->findings.failed = true;
		return false;
	}
	gate_get(gate, dot, cert, ret_dot);
	return ret_dot->kind == ANSWER_OVERRULED ||
	       (ret_dot->kind == ANSWER_SERVED &&
		ret_dot->page == PAGE_OTHER);
}

/* The certificate opens it, and so would a password, which mtlsgate does not
 * take. Where Apache makes passwords of certificates (FakeBasicAuth) it asks
 * for one before it asks mtlsgate. */
static bool has_password(const struct gate *gate)
{
	const struct answer *bare = &gate->bare;

	return gate->cert && gate->ours.kind == ANSWER_SERVED &&
	       bare->password &&
	       (bare->kind == ANSWER_OURS || gate->front == FRONT_NGINX);
}

/* Served to who shows no certificate, whom mtlsgate takes for somebody. */
static bool is_somebody(struct gate *gate)
{
	struct answer info;

	if (gate->bare.kind != ANSWER_SERVED)
		return false;
	gate_get(gate, gate_join(gate, gate->prefix, "cert-info"), false,
		 &info);
	return info.sha256;
}

/* mtlsgate denies who has no certificate: then it is asked about this URL, and
 * a proxy on the way has taken the dots out of the path. */
static void say_dot(struct gate *gate, const struct answer *dot)
{
	if (gate->bare.kind == ANSWER_OURS || gate->bare.kind == ANSWER_SIGNED)
		gate_warn(gate, CAUSE_NONE,
			  "GET /.%s with the certificate: %s: mtlsgate is told "
			  "a path that was tidied up on the way", gate->path,
			  gate_say(gate, dot));
	else
		gate_fail(gate, CAUSE_OPEN_URL,
			  "GET /.%s with the certificate: %s, where mtlsgate "
			  "denies bad_path", gate->path, gate_say(gate, dot));
}

/* Asked about what is below the URL; about the URL itself as well? */
static void check_itself(struct gate *gate)
{
	struct doctor *doctor = gate->doctor;
	const struct answer *bare = &gate->bare;
	struct answer dot;

	if (has_password(gate))
		gate_fail(gate, CAUSE_OPEN_OVERRULED,
			  "GET %s without a certificate: %s, and a password is "
			  "asked for: it would do in place of a certificate",
			  gate->path, gate_say(gate, bare));
	else if (is_somebody(gate))
		return; /* by a proxy's certificate: the handoff's business */
	else if (bare->kind == ANSWER_OVERRULED ||
	    (gate->cert && answer_closed(bare) && !bare->words &&
	     gate->ours.kind == ANSWER_SERVED &&
	     answer_same_body(bare, &gate->ours)))
		gate_fail(gate, CAUSE_OPEN_OVERRULED,
			  "GET %s without a certificate: %s, with the page "
			  "all the same", gate->path, gate_say(gate, bare));
	else if (bare->kind == ANSWER_SERVED && bare->page == PAGE_OTHER &&
		 dot_is_served(gate, false, &dot))
		gate_fail(gate, CAUSE_OPEN_URL,
			  "GET %s and GET /.%s without a certificate: %s, %s",
			  gate->path, gate->path, gate_say(gate, bare),
			  gate_say(gate, &dot));
	else if (gate->cert && gate->ours.kind == ANSWER_SERVED &&
		 gate->ours.page == PAGE_OTHER &&
		 dot_is_served(gate, true, &dot))
		say_dot(gate, &dot);
	else if (bare->kind == ANSWER_SERVED && bare->page == PAGE_OTHER)
		doctor_note(doctor, "GET %s: mtlsgate lets in who has no "
			    "certificate (allow = anyone)", gate->path);
}

static const enum cause verdict_causes[] = {
	[VERDICT_CLOSED] = CAUSE_CLOSED_BY_SERVER,
	[VERDICT_OPEN] = CAUSE_OPEN_NEVER_ASKED,
	[VERDICT_OPEN_CERT] = CAUSE_OPEN_WITH_CERT,
	[VERDICT_OPEN_BARE] = CAUSE_OPEN_WITHOUT_CERT,
	[VERDICT_OVERRULED] = CAUSE_OPEN_OVERRULED,
};

/* mtlsgate is asked about the URL: it denies who has no certificate, or the
 * dot segment. */
static bool asks_itself(struct gate *gate)
{
	struct answer dot;

	if (gate->bare.kind == ANSWER_OURS || gate->bare.kind == ANSWER_SIGNED)
		return true;
	return gate->bare.kind != ANSWER_SERVED &&
	       !dot_is_served(gate, gate->cert, &dot) && gate_speaks(&dot);
}

/* The probe was not stopped by mtlsgate. */
static void fail_open(struct gate *gate)
{
	const struct place *place = &gate->place;
	enum cause cause = verdict_causes[place->verdict];
	bool asked = gate_denies_all_the_same(gate, gate->base, place);

	if (asked && place->verdict == VERDICT_OPEN)
		cause = CAUSE_OPEN_OVERRULED;
	else if (cause == CAUSE_OPEN_NEVER_ASKED && asks_itself(gate))
		cause = CAUSE_OPEN_BESIDE;
	gate->seen |= asked || cause == CAUSE_OPEN_BESIDE;
	gate_fail(gate, cause, "GET %s, which mtlsgate always denies: %s; "
		  "without a certificate %s", place->probe,
		  gate_say(gate, &place->ours),
		  gate_say(gate, &place->bare));
}

static bool wants_password(struct gate *gate)
{
	static const char *const guess[] = {
		"Authorization: Basic bXRsc2dhdGVjdGw6ZG9jdG9y", NULL};
	const struct doctor_ask ask = {.headers = guess};
	struct answer answer;

	if (!gate->ours.password)
		return false;
	gate_ask(gate, &ask, &answer);
	if (answer.why == REASON_PASSWORD_NOT_SUPPORTED)
		gate_fail(gate, CAUSE_GATE_PASSWORD,
			  "GET %s: 401, a password is wanted; with any: %s",
			  gate->path, gate_say(gate, &answer));
	else if (answer_open(&answer))
		gate_fail(gate, CAUSE_SPOOF_PASSWORD,
			  "GET %s: 401, a password is wanted; with one that "
			  "nobody has: %s", gate->path,
			  gate_say(gate, &answer));
	else
		return false;
	return true;
}

/* The address that stands in the URL is no name of a site: is it refused for
 * that? */
static bool wants_name(struct gate *gate)
{
	const struct doctor *doctor = gate->doctor;
	const char *name = doctor->url.address ? probe_own_name(doctor) : NULL;
	const struct doctor_ask ask = {.sni = name, .authority = name};
	struct answer answer;

	if (!name)
		return false;
	gate_ask(gate, &ask, &answer);
	if (answer.kind == gate->ours.kind &&
	    answer.status == gate->ours.status)
		return false;
	gate_fail(gate, CAUSE_SNI_NEEDED,
		  "GET %s of %s: %s; of %s: %s", gate->path, doctor->url.host,
		  gate_say(gate, &gate->ours), name, gate_say(gate, &answer));
	return true;
}

/* The request breaks when the certificate is in it: PEM with its line ends in
 * a header. */
static bool is_broken_by_cert(const struct gate *gate)
{
	return gate->ours.status == 400 && gate->place.ours.status == 400 &&
	       gate_speaks(&gate->bare);
}

static void fail_closed(struct gate *gate)
{
	if (wants_password(gate) || wants_name(gate))
		return;
	if (is_broken_by_cert(gate)) {
		gate_fail(gate, CAUSE_HANDOFF_MALFORMED,
			  "GET %s with the certificate: %s, without one %s",
			  gate->path, gate_say(gate, &gate->ours),
			  gate_say(gate, &gate->bare));
		return;
	}
	gate_fail(gate, CAUSE_CLOSED_BY_SERVER,
		  "GET %s: %s; without a certificate %s: refused, and not by "
		  "mtlsgate", gate->place.probe,
		  gate_say(gate, &gate->place.ours),
		  gate_say(gate, &gate->place.bare));
}

/* Who is above the URL is often meant to be open: told, not judged. */
static void check_parents(struct gate *gate)
{
	const char *dir = gate->base;

	for (int i = 0; i < MAX_PARENTS && strrchr(dir, '/'); i++) {
		size_t len = (size_t)(strrchr(dir, '/') - dir);
		struct place place;

		dir = arena_strndup(gate->doctor->arena, dir, len);
		if (!dir)
			return;
		gate_probe(gate, &plainly, dir, &place);
		if (place.verdict == VERDICT_ASKED)
			doctor_ok(gate->doctor, "GET %s: %s", place.probe,
				  gate_say(gate, &place.ours));
		else
			doctor_note(gate->doctor, "GET %s: %s; mtlsgate is "
				    "not asked about all of %s/", place.probe,
				    gate_say(gate, &place.ours), dir);
	}
}

/* A server that refuses all names with a dot says nothing by refusing the
 * probe. Then the URL itself shows it: served to whom mtlsgate would deny, or
 * denied as only mtlsgate does. */
static void look_closer(struct gate *gate)
{
	struct place *place = &gate->place;
	struct answer dot;

	if (place->ours.kind == ANSWER_OURS || place->bare.kind == ANSWER_OURS)
		return;
	if (gate->ours.kind == ANSWER_SERVED &&
	    gate->ours.page == PAGE_OTHER) {
		if (dot_is_served(gate, gate->cert, &dot))
			place->verdict = VERDICT_OPEN;
		else if (answer_closed(&dot) || dot.kind == ANSWER_ERROR)
			place->verdict = VERDICT_ASKED;
	} else if (gate->bare.kind == ANSWER_SIGNED) {
		place->verdict = VERDICT_ASKED;
	}
}

/* Refused because Apache wants the certificate once more, by a second
 * SSLVerifyClient: TLS 1.2 shows it. */
static bool asks_again(struct gate *gate)
{
	const struct doctor_ask ask = {.max_version = TLS1_2_VERSION};
	const bool sent = gate->sent, late = gate->late;
	struct answer answer;
	bool again;

	if (gate->front != FRONT_APACHE)
		return false;
	gate_ask(gate, &ask, &answer);
	again = gate->late;
	gate->sent = sent;
	gate->late = late;
	if (again)
		gate_fail(gate, CAUSE_PHA_NEEDED,
			  "GET %s with the certificate: %s by TLS 1.3; by TLS "
			  "1.2 the server asks for the certificate again, and "
			  "answers %s", gate->path,
			  gate_say(gate, &gate->ours),
			  gate_say(gate, &answer));
	return again;
}

/* mtlsgate was asked and had nothing against it. */
static bool is_denied_behind(const struct gate *gate)
{
	return gate->cert && gate->ours.kind == ANSWER_BARE &&
	       gate->place.ours.kind == ANSWER_OURS;
}

/* An authorizer's docroot takes the place of lighttpd's own. */
static void check_page(struct gate *gate)
{
	if (gate->cert && gate->ours.kind == ANSWER_LOST)
		gate_warn(gate, CAUSE_NONE,
			  "GET %s with the certificate: %s: mtlsgate lets it "
			  "through, and there is no such page%s", gate->path,
			  gate_say(gate, &gate->ours),
			  gate->front == FRONT_LIGHTTPD
				  ? " (look at docroot in fastcgi.server)"
				  : "");
}

void gate_check_asked(struct gate *gate)
{
	const struct place *place = &gate->place;

	if (place->verdict == VERDICT_CLOSED)
		look_closer(gate);
	if (place->verdict == VERDICT_ASKED) {
		doctor_ok(gate->doctor, "GET %s: %s, without a certificate "
			  "%s", place->probe, gate_say(gate, &place->ours),
			  gate_say(gate, &place->bare));
		if (is_denied_behind(gate) && !asks_again(gate))
			gate_fail(gate, CAUSE_CLOSED_BY_SERVER,
				  "GET %s with the certificate: %s, not by "
				  "mtlsgate", gate->path,
				  gate_say(gate, &gate->ours));
		check_itself(gate);
		check_page(gate);
		check_parents(gate);
	} else if (place->verdict == VERDICT_CLOSED) {
		fail_closed(gate);
	} else if (place->verdict != VERDICT_ERROR) {
		fail_open(gate);
	}
}
