"""Requests that come in pieces, late, many at once, or never."""

import time

from wire import (AUTHORIZER, POLICY, RESPONDER, STDIN, authorizer, begin,
                  check, equal, record, request_bytes, responder)

DRIPS = 100
DRIP_EVERY = 0.05  # seconds
BUSY = 8


def options(bench, *more):
    return ["--socket", bench.path("gate.sock")] + list(more)


def threads_of(gate):
    with open("/proc/%d/status" % gate.process.pid) as file:
        for line in file:
            if line.startswith("Threads:"):
                return int(line.split()[1])
    return 0


def resident_kb(gate):
    with open("/proc/%d/status" % gate.process.pid) as file:
        for line in file:
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    return 0


def test_many_in_one_segment(bench):
    """Answers come in the order of the requests, however many are sent at
    once, with bodies and without."""
    good = authorizer("/app/x", bench.certs.user)
    bad = authorizer("/admin/x", bench.certs.user)
    page = responder("/api/profile", bench.certs.user)
    some = (request_bytes(AUTHORIZER, good, keep=True, send_stdin=False) +
            request_bytes(AUTHORIZER, bad, keep=True) +
            request_bytes(RESPONDER, page, keep=True, stdin=b"b" * 500))
    with bench.gate() as gate, gate.connect() as c:
        c.send(some * 40)
        for i in range(40):
            for status in (200, 403, 200):
                reply = c.read_reply()
                check(reply.ended, "no answer", i)
                equal(reply.status, status, i)
        check(c.is_silent(0.05), "one answer more")
        equal(len(gate.audit_lines()), 120, "lines")


def test_split_at_every_byte(bench):
    """With one thread, a whole request of another connection lies between the
    halves: they are read apart."""
    whole = request_bytes(AUTHORIZER, authorizer("/admin/x",
                                                 bench.certs.admin),
                          keep=True)
    other = authorizer("/app/x", bench.certs.user)
    with bench.gate(args=options(bench, "--threads", "1")) as gate, \
            gate.connect() as c, gate.connect() as between:
        for cut in range(1, len(whole) - 8):
            c.send(whole[:cut])
            equal(between.request(AUTHORIZER, other, keep=True).status, 200,
                  cut)
            c.send(whole[cut:])
            reply = c.read_reply()
            check(reply.ended, "no answer", cut)
            equal(reply.status, 200, cut)


def test_split_between_two_requests(bench):
    """The end of one request and the beginning of the next come together."""
    one = request_bytes(RESPONDER, responder("/api/profile",
                                             bench.certs.user),
                        stdin=b"body", keep=True)
    with bench.gate() as gate, gate.connect() as c:
        for cut in range(len(one) - 30, len(one) + 1):
            c.send(one + one[:cut])
            equal(c.read_reply().status, 200, cut)
            c.send(one[cut:])
            equal(c.read_reply().status, 200, cut)
        check(c.is_silent(0.05), "one answer more")


def test_larger_than_what_is_read_at_once(bench):
    """65536 bytes are read at a time: requests end near that."""
    base = authorizer("/app/x", bench.certs.user)
    size = len(request_bytes(AUTHORIZER, base, keep=True))
    with bench.gate() as gate, gate.connect() as c:
        for over in list(range(-12, 13)) + [70000, 500000]:
            fill = {"HTTP_FILL": "f" * (65536 - size - 17 + over)}
            for _ in range(2):
                reply = c.request(AUTHORIZER, dict(base, **fill), keep=True)
                equal(reply.status, 200, over)


class Drips:
    """Connections that send a byte of a request now and then."""

    def __init__(self, bench, gate):
        whole = request_bytes(AUTHORIZER,
                              authorizer("/app/x", bench.certs.user))
        self.conns = [gate.connect() for _ in range(DRIPS)]
        self.at = [i * len(whole) // DRIPS // 2 for i in range(DRIPS)]
        self.whole = whole
        self.last = 0
        for c, at in zip(self.conns, self.at):
            c.send(whole[:at])

    def drip(self):
        """A byte each, so seldom that none is whole before it is cut."""
        if time.monotonic() < self.last + DRIP_EVERY:
            return
        self.last = time.monotonic()
        for i, c in enumerate(self.conns):
            c.try_send(self.whole[self.at[i]:self.at[i] + 1])
            self.at[i] += 1

    def all_closed(self):
        for c in self.conns:
            reply = c.read_reply()
            check(not reply.raw and not reply.ended, reply.raw[:60])
            c.close()


def test_drips_delay_nobody_and_are_cut(bench):
    good = authorizer("/app/x", bench.certs.user)
    with bench.gate(args=options(bench, "--threads", "2",
                                 "--request-timeout", "1s")) as gate:
        busy = [gate.connect() for _ in range(BUSY)]
        drips = Drips(bench, gate)
        until = time.monotonic() + 3.5
        while time.monotonic() < until:
            drips.drip()
            for c in busy:
                for _ in range(3):
                    equal(c.request(AUTHORIZER, good, keep=True).status, 200,
                          "a busy one")
        drips.all_closed()
        for c in busy:
            equal(c.request(AUTHORIZER, good, keep=True).status, 200,
                  "afterwards")
        check("took longer than 1 s" in gate.text(), gate.text()[-300:])


def test_time_counts_from_the_first_byte(bench):
    """Dripping does not extend it, and neither does another request of the
    same connection shorten it."""
    good = authorizer("/app/x", bench.certs.user)
    whole = request_bytes(AUTHORIZER, good, keep=True)
    policy = POLICY + "[server]\nrequest_timeout = 2s\n"
    with bench.gate(policy=policy) as gate, gate.connect() as c:
        for _ in range(4):
            equal(c.request(AUTHORIZER, good, keep=True).status, 200, "one")
            time.sleep(0.8)
        c.send(whole[:10])
        for i in range(12):
            time.sleep(0.5)
            c.try_send(whole[10 + i:11 + i])
        reply = c.read_reply()
        check(not reply.raw and not reply.ended, reply.raw[:60])


def test_body_that_never_ends(bench):
    """The answer is there, but the connection is not kept."""
    with bench.gate(args=options(bench, "--request-timeout",
                                 "1s")) as gate, gate.connect() as c:
        c.send(request_bytes(RESPONDER, responder("/api/health"), keep=True,
                             send_stdin=False) + record(STDIN, b"begun"))
        reply = c.read_reply()
        equal(reply.status, 200, "status")
        check(not reply.ended, "its end came before that of the body")


def test_silent_from_the_start(bench):
    with bench.gate(args=options(bench, "--request-timeout",
                                 "1s")) as gate, gate.connect() as kept:
        good = authorizer("/app/x", bench.certs.user)
        equal(kept.request(AUTHORIZER, good, keep=True).status, 200, "one")
        with gate.connect() as silent:
            check(silent.at_end(), "it is still open")
        time.sleep(1)
        equal(kept.request(AUTHORIZER, good, keep=True).status, 200,
              "a kept one may be silent")


def test_thousand_idle_ones(bench):
    """They hold no thread and no memory to speak of."""
    with bench.gate(args=options(bench, "--threads", "2")) as gate:
        good = authorizer("/app/x", bench.certs.user)
        first = gate.connect()
        equal(first.request(AUTHORIZER, good, keep=True).status, 200, "one")
        before, threads = resident_kb(gate), threads_of(gate)
        conns = []
        for _ in range(900):
            conns.append(gate.connect())
            equal(conns[-1].request(AUTHORIZER, good, keep=True).status, 200,
                  "idle")
        equal(threads_of(gate), threads, "threads")
        more = resident_kb(gate) - before
        check(more < 16 * 1024, "they hold", more, "kB")
        for c in [first] + conns[::9]:
            equal(c.request(AUTHORIZER, good, keep=True).status, 200, "again")
        for c in [first] + conns:
            c.close()


def check_most(bench, gate, most):
    """One more than there may be closes the one that was idle longest; a
    thread may stay with one for some milliseconds, in which it is not idle."""
    good = authorizer("/app/x", bench.certs.user)
    conns = []
    for _ in range(most):
        conns.append(gate.connect())
        equal(conns[-1].request(AUTHORIZER, good, keep=True).status, 200, "")
        time.sleep(0.1)
    # the first is not the longest idle any more
    equal(conns[0].request(AUTHORIZER, good, keep=True).status, 200, "first")
    time.sleep(0.1)
    with gate.connect() as more:
        equal(more.request(AUTHORIZER, good, keep=True).status, 200, "more")
        check(conns[1].at_end(), "the second is still open")
        for c in conns[:1] + conns[2:]:
            equal(c.request(AUTHORIZER, good, keep=True).status, 200, "rest")
    for c in conns:
        c.close()


def test_max_connections(bench):
    policy = POLICY + "[server]\nmax_connections = 5\n"
    with bench.gate(policy=policy) as gate:
        check_most(bench, gate, 5)


def test_max_connections_option_comes_first(bench):
    policy = POLICY + "[server]\nmax_connections = 5\n"
    with bench.gate(policy=policy,
                    args=options(bench, "--max-connections", "8")) as gate:
        check_most(bench, gate, 8)


def test_half_requests_make_room(bench):
    """With nothing idle, those that have begun and do not go on are closed."""
    good = authorizer("/app/x", bench.certs.user)
    policy = POLICY + "[server]\nmax_connections = 4\n"
    with bench.gate(policy=policy) as gate:
        half = [gate.connect() for _ in range(4)]
        for c in half:
            c.send(begin(AUTHORIZER, keep=True))
        time.sleep(0.1)
        with gate.connect() as c:
            for _ in range(3):
                equal(c.request(AUTHORIZER, good, keep=True).status, 200, "")
        for c in half:
            c.close()
