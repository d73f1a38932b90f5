/* ctl_doctor_ways.c - other ways to the same page: methods, the final slash,
 * another Host, and the URLs of --also. None may be more open than the URL. */
#include "ctl_doctor_gate.h"

#include <string.h>
#include <unistd.h>

#include "ctl_doctor_net.h"

#define STRANGE_HOST "mtlsgate-doctor.invalid"

static bool is_served(const struct answer *answer)
{
	return answer->kind == ANSWER_OVERRULED ||
	       (answer->kind == ANSWER_SERVED && answer->page == PAGE_OTHER);
}

static bool is_asked(enum gate_verdict verdict)
{
	return verdict == VERDICT_ASKED || verdict == VERDICT_CLOSED ||
	       verdict == VERDICT_ERROR;
}

/* The probe is denied whatever the method is. It may be sent with any: nothing
 * is ever changed there. Without the gate, OPTIONS is often answered on
 * purpose (CORS), which tells little. */
static void check_methods(struct gate *gate)
{
	static const char *const methods[] = {"POST", "HEAD", "PUT", "PATCH",
					      "DELETE", "OPTIONS"};
	size_t failed = 0;

	for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
		const struct doctor_ask how = {.method = methods[i]};
		struct place place;

		gate_probe(gate, &how, gate->base, &place);
		if (is_asked(place.verdict))
			continue;
		failed++;
		if (strcmp(methods[i], "OPTIONS") == 0)
			gate_warn(gate, CAUSE_OPEN_METHOD, "OPTIONS %s: %s",
				  place.probe, gate_say(gate, &place.ours));
		else
			gate_fail(gate, CAUSE_OPEN_METHOD,
				  "%s %s: %s; without a certificate %s",
				  methods[i], place.probe,
				  gate_say(gate, &place.ours),
				  gate_say(gate, &place.bare));
	}
	if (!failed)
		doctor_ok(gate->doctor, "%s is denied by every method",
			  gate->place.probe);
}

/* The URL itself, without a certificate: nobody's request does no harm where
 * it is refused, and where it is not that is the news. */
static void check_post(struct gate *gate)
{
	const struct doctor_ask post = {.method = "POST", .anonymous = true,
					.body = ""};
	struct answer answer;

	if (!answer_closed(&gate->bare))
		return;
	gate_ask(gate, &post, &answer);
	if (is_served(&answer))
		gate_fail(gate, CAUSE_OPEN_METHOD,
			  "POST %s without a certificate: %s, GET %s",
			  gate->path, gate_say(gate, &answer),
			  gate_say(gate, &gate->bare));
}

static void check_slash(struct gate *gate)
{
	bool has = strcmp(gate->path, gate->base) != 0;
	const char *other = has ? gate->base : gate_join(gate, gate->base, "");
	struct answer answer;

	if (!*other || !answer_closed(&gate->bare))
		return;
	gate_get(gate, other, false, &answer);
	if (is_served(&answer))
		gate_fail(gate, CAUSE_OPEN_SLASH,
			  "GET %s without a certificate: %s, GET %s: %s",
			  other, gate_say(gate, &answer), gate->path,
			  gate_say(gate, &gate->bare));
}

/* Another site may answer there, with pages of its own: only the same page, or
 * the lack of the gate on it, is a fault. sni: the name in the handshake, NULL
 * for the URL's. */
static void check_host(struct gate *gate, const char *sni)
{
	struct doctor_ask ask = {.authority = STRANGE_HOST, .sni = sni,
				 .anonymous = true};
	struct answer bare;
	struct answer ours;
	struct place place;

	gate_ask(gate, &ask, &bare);
	ask.anonymous = false;
	gate_ask(gate, &ask, &ours);
	gate_probe(gate, &ask, gate->base, &place);
	if (is_asked(place.verdict) && !(answer_closed(&gate->bare) &&
					 is_served(&bare)))
		doctor_ok(gate->doctor, "Host: %s%s: %s", STRANGE_HOST,
			  sni ? " (SNI too)" : "", gate_say(gate, &place.ours));
	else if (answer_same_body(&ours, &gate->ours) ||
		 answer_same_body(&bare, &gate->ours))
		gate_fail(gate, CAUSE_OPEN_HOST,
			  "GET %s with Host: %s%s: the same page; %s: %s",
			  gate->path, STRANGE_HOST, sni ? " (SNI too)" : "",
			  place.probe, gate_say(gate, &place.ours));
	else
		gate_warn(gate, CAUSE_NONE,
			  "Host: %s%s: another site answers (%s), which does "
			  "not ask mtlsgate", STRANGE_HOST,
			  sni ? " (SNI too)" : "", gate_say(gate, &bare));
}

static bool connects(struct gate *gate, const char *host, const char *port,
		     struct net_result *ret_result)
{
	int fd = net_connect(gate->doctor->arena, host, port, DOCTOR_TIMEOUT,
			     ret_result);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* Where to ask for the other URL: at its own place, but at that of --connect
 * for as far as it says, and at that of the first URL for a name that does not
 * resolve: a site is there for whoever names it. False: it cannot be asked. */
static bool find_place(struct gate *gate, const struct doctor_url *url,
		       struct doctor_ask *ret_how,
		       struct net_result *ret_result)
{
	const struct doctor *doctor = gate->doctor;
	bool connect = doctor->options.connect;

	*ret_how = (struct doctor_ask){
		.host = connect ? doctor->host : url->host,
		.port = connect && strcmp(url->port, doctor->url.port) == 0
				? doctor->port : url->port,
		.authority = url->authority,
		.sni = url->host,
		.no_sni = url->address};
	if (connects(gate, ret_how->host, ret_how->port, ret_result))
		return true;
	if (ret_result->end != NET_NO_NAME)
		return false;
	ret_how->host = doctor->host;
	return connects(gate, ret_how->host, ret_how->port, ret_result);
}

static void ask_also(struct gate *gate, const struct doctor_ask *how,
		     const struct doctor_url *url, bool cert,
		     struct answer *ret_answer)
{
	struct doctor_ask ask = *how;

	ask.target = url->target;
	ask.anonymous = !cert;
	gate_ask(gate, &ask, ret_answer);
}

static bool more_open(const struct answer *also, const struct answer *url)
{
	return answer_closed(url) && is_served(also);
}

static bool also_is_asked(struct gate *gate, const struct doctor_ask *how,
			  const struct doctor_url *url,
			  struct place *ret_place)
{
	size_t len = strcspn(url->target, "?");
	const char *base;

	while (len > 0 && url->target[len - 1] == '/')
		len--;
	base = arena_strndup(gate->doctor->arena, url->target, len);
	gate_probe(gate, how, base ? base : "", ret_place);
	return is_asked(ret_place->verdict);
}

static void check_also(struct gate *gate, const struct doctor_url *url)
{
	struct net_result result;
	struct doctor_ask how;
	struct answer bare;
	struct answer ours;
	struct place place;

	if (!find_place(gate, url, &how, &result)) {
		gate_warn(gate, CAUSE_NONE, "%s cannot be asked: %s",
			  url->text, result.why ? result.why : "no connection");
		return;
	}
	ask_also(gate, &how, url, false, &bare);
	ask_also(gate, &how, url, true, &ours);
	if (more_open(&bare, &gate->bare) || more_open(&ours, &gate->ours))
		gate_fail(gate, CAUSE_OPEN_ALSO,
			  "%s: %s, without a certificate %s; the first URL: "
			  "%s, %s", url->text, gate_say(gate, &ours),
			  gate_say(gate, &bare), gate_say(gate, &gate->ours),
			  gate_say(gate, &gate->bare));
	else if (!also_is_asked(gate, &how, url, &place))
		gate_fail(gate, CAUSE_OPEN_ALSO,
			  "%s: its probe %s: %s; without a certificate %s",
			  url->text, place.probe, gate_say(gate, &place.ours),
			  gate_say(gate, &place.bare));
	else
		doctor_ok(gate->doctor, "%s: %s, without a certificate %s",
			  url->text, gate_say(gate, &ours),
			  gate_say(gate, &bare));
}

void gate_check_ways(struct gate *gate)
{
	if (gate->place.verdict == VERDICT_ASKED) {
		check_methods(gate);
		check_post(gate);
		check_slash(gate);
		check_host(gate, NULL);
		check_host(gate, STRANGE_HOST);
	}
	for (size_t i = 0; i < gate->doctor->options.also.count; i++)
		check_also(gate, &gate->doctor->also[i]);
}
