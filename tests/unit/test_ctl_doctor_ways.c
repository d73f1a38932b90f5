/* test_ctl_doctor_ways.c - other ways to the same page. */
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "gate_fixture.h"

static void cause_is(struct world world, const char *path, enum cause wanted)
{
	struct doctor doctor;
	struct gate gate;

	gate_world(&gate, &doctor, &world, path, true);
	gate_check_ways(&gate);
	cr_assert_eq(gate_cause(&gate), wanted, "%s, not %s",
		     cause_row(gate_cause(&gate))->name,
		     cause_row(wanted)->name);
	gate_world_end(&gate);
}

Test(ctl_doctor_ways, none_is_more_open)
{
	cause_is((struct world){0}, "/x/", CAUSE_NONE);
	cause_is((struct world){.hidden = true}, "/x/", CAUSE_NONE);
}

Test(ctl_doctor_ways, some_are)
{
	cause_is((struct world){.post_open = true}, "/x/f",
		 CAUSE_OPEN_METHOD);
	cause_is((struct world){.other_host_open = true}, "/x/f",
		 CAUSE_OPEN_HOST);
	cause_is((struct world){.slash_open = true}, "/x/", CAUSE_OPEN_SLASH);
}

/* A place to connect to; what is asked there is answered by the world. */
static int listener(struct arena *arena, const char **ret_port)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	cr_assert_eq(bind(fd, (struct sockaddr *)&address, len), 0);
	cr_assert_eq(listen(fd, 8), 0);
	cr_assert_eq(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	*ret_port = arena_printf(arena, "%u", ntohs(address.sin_port));
	return fd;
}

/* What comes of another URL than the one that is asked about, on a port where
 * somebody listens or not. */
static void also_is(bool listens, enum cause wanted)
{
	static const struct world world = {.url_open = true};
	struct doctor doctor;
	struct gate gate;
	struct doctor_url also;
	int fd;

	gate_world(&gate, &doctor, &world, "/x/f", true);
	also = doctor.url;
	also.host = "127.0.0.1";
	fd = listener(doctor.arena, &also.port);
	if (!listens)
		close(fd);
	/* the URL of the world is open; what is asked about is another one */
	doctor.url.target = "/y/f";
	gate_get(&gate, "/y/f", false, &gate.bare);
	doctor.also = &also;
	doctor.options.also.count = 1;
	gate.place.verdict = VERDICT_CLOSED;
	gate_check_ways(&gate);
	cr_assert_eq(gate_cause(&gate), wanted);
	if (listens)
		close(fd);
	gate_world_end(&gate);
}

Test(ctl_doctor_ways, also)
{
	also_is(true, CAUSE_OPEN_ALSO);
	also_is(false, CAUSE_NONE);
}
