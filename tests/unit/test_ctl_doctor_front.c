/* test_ctl_doctor_front.c - servers by name and page, and their advice. */
#include "ctl_doctor_front.h"

#include <criterion/criterion.h>
#include <string.h>

static enum front of(const char *server, const char *body)
{
	const struct answer answer = {.server = server, .body = body};

	return front_of(&answer);
}

Test(ctl_doctor_front, by_header)
{
	cr_assert_eq(of("Apache/2.4.71 (Debian)", ""), FRONT_APACHE);
	cr_assert_eq(of("lighttpd/1.4.69", ""), FRONT_LIGHTTPD);
	cr_assert_eq(of("nginx", ""), FRONT_NGINX);
	cr_assert_eq(of("Caddy", ""), FRONT_CADDY);
	cr_assert_eq(of("BaseHTTP/0.6", "<hr><center>nginx"), FRONT_UNKNOWN);
}

Test(ctl_doctor_front, by_page)
{
	cr_assert_eq(of(NULL, "<html><body><h1>400 Bad request</h1>\n"),
		     FRONT_HAPROXY);
	cr_assert_eq(of(NULL, "<html>\r\n<hr><center>nginx</center>"),
		     FRONT_NGINX);
	cr_assert_eq(of(NULL, "400 Bad Request"), FRONT_UNKNOWN);
}

Test(ctl_doctor_front, advice)
{
	const char *general = cause_row(CAUSE_OPEN_WITH_CERT)->todo;

	cr_assert(strstr(front_advice(FRONT_APACHE, CAUSE_OPEN_WITH_CERT),
			 "SSLUserName"));
	cr_assert_str_eq(front_advice(FRONT_CADDY, CAUSE_OPEN_WITH_CERT),
			 general);
	for (int i = 0; i < FRONT_COUNT; i++)
		cr_assert_str_not_empty(front_name((enum front)i));
}
