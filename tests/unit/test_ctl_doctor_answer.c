/* test_ctl_doctor_answer.c - whose answer is it, by head and body. */
#include "ctl_doctor_answer.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <string.h>

#define JSON "Content-Type: application/json\r\n"
#define HTML "Content-Type: text/html\r\n"
#define PROBE "X-Mtlsgate-Reason: deny_probe\r\n"
#define MISSING "X-Mtlsgate-Reason: certificate_missing\r\n"
#define DENIAL                                                                 \
	"{\"error\":\"Forbidden\",\"reason\":\"deny_probe\","                  \
	"\"decision_id\":\"7\"}"

/* A fixed size: Criterion hands rows to other processes. */
struct row {
	int status;
	char headers[120];
	char body[160];
	enum answer_kind kind;
};

static void read_answer(struct arena *arena, const struct row *row,
			struct answer *ret_answer)
{
	struct http_answer http = {
		.end = HTTP_WHOLE, .status = row->status, .body = row->body,
		.body_len = strlen(row->body)};

	http.head = arena_printf(arena, "HTTP/1.1 %d X\r\n%s\r\n", row->status,
				 row->headers);
	answer_judge(arena, &http, ret_answer);
}

ParameterizedTestParameters(ctl_doctor_answer, kind)
{
	static struct row rows[] = {
		/* mtlsgate's words, as each server leaves them */
		{403, JSON PROBE, DENIAL, ANSWER_OURS},
		{403, HTML PROBE, DENIAL, ANSWER_OURS},
		{401, HTML PROBE, "<h1>Unauthorized</h1>", ANSWER_OURS},
		{403, HTML, DENIAL, ANSWER_OURS},
		{403, JSON PROBE, "", ANSWER_OURS},
		{400, JSON "X-Mtlsgate-Reason: bad_path\r\n", "",
		 ANSWER_OURS},
		{401, HTML "X-Mtlsgate-Reason: of_tomorrow\r\n", "",
		 ANSWER_OURS},
		/* the head of a denial on something else */
		{404, HTML PROBE, "<h1>Not Found</h1>", ANSWER_OVERRULED},
		{200, HTML PROBE, "page", ANSWER_OVERRULED},
		{302, PROBE, "", ANSWER_OVERRULED},
		{405, HTML PROBE, "", ANSWER_OVERRULED},
		{401, JSON MISSING, "the page", ANSWER_OVERRULED},
		/* the server's own */
		{401, "WWW-Authenticate: ClientCert\r\n", "", ANSWER_SIGNED},
		{401, "WWW-Authenticate: Basic realm=\"x\"\r\n", "",
		 ANSWER_BARE},
		{403, HTML, "<h1>Forbidden</h1>", ANSWER_BARE},
		{404, HTML, "<h1>Not Found</h1>", ANSWER_LOST},
		{400, HTML, "", ANSWER_REFUSED},
		{502, HTML, "", ANSWER_ERROR},
		{301, "", "", ANSWER_MOVED},
		{200, "", "page", ANSWER_SERVED},
		/* health of a program without a policy is no denial */
		{503, JSON, "{\"status\":\"ERROR\",\"reason\":"
			    "\"policy_invalid\"}", ANSWER_ERROR},
	};

	return cr_make_param_array(struct row, rows, ARRAY_LEN(rows));
}

ParameterizedTest(struct row *row, ctl_doctor_answer, kind)
{
	struct arena *arena = arena_new();
	struct answer answer;

	read_answer(arena, row, &answer);
	cr_assert_eq(answer.kind, row->kind, "%d %s %s: %d", row->status,
		     row->headers, row->body, answer.kind);
	arena_free(arena);
}

Test(ctl_doctor_answer, pages)
{
	struct arena *arena = arena_new();
	struct row row = {.status = 200};
	struct answer answer;

	strcpy(row.body, "{\"user\":{\"id\":\"bob\"},"
			 "\"authenticated_via\":\"mTLS\"}");
	read_answer(arena, &row, &answer);
	cr_assert_eq(answer.page, PAGE_PROFILE);
	cr_assert_str_eq(answer.id, "bob");
	strcpy(row.body, "{\"fingerprint_sha256\":\"ab\","
			 "\"spki_sha256\":\"cd\"}");
	read_answer(arena, &row, &answer);
	cr_assert_eq(answer.page, PAGE_CERT_INFO);
	cr_assert_str_eq(answer.sha256, "ab");
	strcpy(row.body, "{\"status\":\"OK\",\"policy\":{\"sha256\":\"ef\","
			 "\"reload_error\":\"line 7\"}}");
	read_answer(arena, &row, &answer);
	cr_assert_eq(answer.page, PAGE_STATUS);
	cr_assert_str_eq(answer.policy_sha256, "ef");
	cr_assert_str_eq(answer.reload_error, "line 7");
	strcpy(row.body, "{\"status\":\"OK\"}");
	read_answer(arena, &row, &answer);
	cr_assert_eq(answer.page, PAGE_HEALTH);
	strcpy(row.body, "{\"status\":\"OK\",\"of\":1,\"the\":\"app\"}");
	read_answer(arena, &row, &answer);
	cr_assert_eq(answer.page, PAGE_OTHER);
	arena_free(arena);
}

Test(ctl_doctor_answer, words_of_a_denial)
{
	struct arena *arena = arena_new();
	struct row row = {.status = 403};
	struct answer answer;

	strcpy(row.body, DENIAL);
	read_answer(arena, &row, &answer);
	cr_assert(answer.words);
	cr_assert_eq(answer.why, REASON_DENY_PROBE);
	cr_assert_str_eq(answer.decision, "7");
	cr_assert_str_eq(answer_say(arena, &answer), "403 deny_probe");
	cr_assert(answer_closed(&answer) && !answer_open(&answer));
	arena_free(arena);
}

Test(ctl_doctor_answer, no_answer)
{
	struct arena *arena = arena_new();
	const struct http_answer http = {.end = HTTP_GARBAGE, .status = 200};
	struct answer answer;

	answer_judge(arena, &http, &answer);
	cr_assert_eq(answer.kind, ANSWER_NONE);
	cr_assert_eq(answer.why, REASON_COUNT);
	cr_assert(answer_closed(&answer));
	cr_assert_not(answer_same_body(&answer, &answer));
	cr_assert_str_eq(answer_say(arena, &answer), "no answer");
	arena_free(arena);
}
