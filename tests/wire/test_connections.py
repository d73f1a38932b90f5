"""Connections: kept ones, broken ones, many of them."""

import os
import struct
import time

from wire import (AUTHORIZER, BEGIN, GET_VALUES, PARAMS, RESPONDER, STDIN,
                  authorizer, begin, check, equal, length, pairs, record,
                  request_bytes, responder, stream)


def alive(bench, gate):
    reply = gate.ask(AUTHORIZER, authorizer("/app/x", bench.certs.user))
    equal(reply.status, 200, "a good request afterwards")


def test_not_kept_is_closed(bench):
    with bench.gate() as gate:
        for role, params in (
                (RESPONDER, responder("/api/health")),
                (AUTHORIZER, authorizer("/app/x", bench.certs.user))):
            with gate.connect() as c:
                equal(c.request(role, params).status, 200, "status")
                check(c.at_end(), "still open")


def test_thousand_on_one_connection(bench):
    with bench.gate() as gate, gate.connect() as c:
        good = authorizer("/admin/x", bench.certs.admin)
        bad = authorizer("/admin/x", bench.certs.user)
        page = responder("/api/profile", bench.certs.user)
        for i in range(334):
            equal(c.request(AUTHORIZER, good, keep=True).status, 200, i)
            equal(c.request(RESPONDER, page, keep=True).status, 200, i)
            equal(c.request(AUTHORIZER, bad, keep=True).status, 403, i)


def test_kept_responder_after_bodies(bench):
    with bench.gate() as gate, gate.connect() as c:
        page = responder("/api/profile", bench.certs.user)
        for size in (0, 1, 8191, 8192, 8193, 65535, 70000, 300000):
            reply = c.request(RESPONDER, page, stdin=b"x" * size, keep=True)
            equal(reply.status, 200, size)


def test_body_too_long_to_drain_is_answered_then_closed(bench):
    with bench.gate() as gate, gate.connect() as c:
        page = responder("/api/profile", bench.certs.user)
        c.try_send(request_bytes(RESPONDER, page, stdin=b"x" * (3 << 20),
                                 keep=True))
        equal(c.read_reply().status, 200, "status")
        check(c.at_end(), "still open")
        alive(bench, gate)


def test_kept_authorizer_without_stdin(bench):
    with bench.gate() as gate, gate.connect() as c:
        for i in range(20):
            reply = c.request(AUTHORIZER,
                              authorizer("/app/x", bench.certs.user),
                              keep=True, send_stdin=False)
            equal(reply.status, 200, i)


def test_kept_authorizer_with_late_stdin_end(bench):
    with bench.gate() as gate, gate.connect() as c:
        for i in range(5):
            reply = c.request(AUTHORIZER,
                              authorizer("/app/x", bench.certs.user),
                              keep=True, send_stdin=False, request_id=3)
            equal(reply.status, 200, i)
            c.send(record(STDIN, request_id=3))
            time.sleep(0.02)


def test_kept_authorizer_at_every_end_of_the_buffer(bench):
    """Readers like to read 8192 bytes at a time: PARAMS ends near that."""
    with bench.gate() as gate:
        base = authorizer("/app/x", bench.certs.user)
        size = len(request_bytes(AUTHORIZER, base, send_stdin=False))
        for over in range(-12, 13):
            filler = {"HTTP_FILL": "f" * (8192 - size - 14 + over)}
            params = dict(base, **filler)
            with gate.connect() as c:
                first = c.request(AUTHORIZER, params, keep=True)
                equal(first.status, 200, over)
                # closing is allowed where the end cannot be told
                c.try_send(request_bytes(AUTHORIZER, params, keep=True))
                again = c.read_reply()
                check(again.status in (200, None), over, again.raw[:80])


def test_pipelined_requests_never_mix(bench):
    """Of two requests sent at once the second is read from its beginning,
    wherever a read buffer of 8192 bytes would end in it."""
    user = authorizer("/admin/x", bench.certs.user)
    inner = request_bytes(AUTHORIZER,
                          authorizer("/admin/forged", bench.certs.admin),
                          keep=True) * 8
    first = request_bytes(AUTHORIZER, user, keep=True)
    probe = first + request_bytes(AUTHORIZER, user, stdin=b"f" * 8000)
    before = 8192 - probe.index(b"f" * 100)
    with bench.gate() as gate:
        for fill in range(before - 3, before + 4):
            second = request_bytes(AUTHORIZER, user, keep=True,
                                   stdin=b"f" * fill + inner)
            with gate.connect() as c:
                c.send(first + second)
                for _ in range(2):
                    reply = c.read_reply()
                    check(reply.ended, "no second answer")
                    equal(reply.status, 403, fill)
                check(c.is_silent(0.05), "a third answer")


def test_cut_parameters_are_no_request(bench):
    """A stream of parameters without its end, cut between two pairs."""
    with bench.gate() as gate:
        data = pairs(authorizer("/app/x", bench.certs.user))
        with gate.connect() as c:
            c.send(begin(AUTHORIZER) + record(PARAMS, data))
            c.sock.shutdown(1)
            reply = c.read_reply()
            check(not reply.raw and not reply.ended, reply.raw[:60])
        equal(gate.audit_lines(), [], "lines")


def test_parameters_that_are_no_strings(bench):
    with bench.gate() as gate:
        good = list(authorizer("/app/x", bench.certs.user).items())
        for name, value in ((b"HTTP\0X", b"a"),
                            (b"SSL_CLIENT_VERIFY=SUCCESS", b""),
                            (b"X=", b"y")):
            reply = gate.ask(AUTHORIZER, good + [(name, value)])
            check(not reply.ended and not reply.raw, name, reply.raw[:60])
        alive(bench, gate)


def test_nul_ends_no_value(bench):
    """lighttpd passes on the bytes of attributes; what we read has none."""
    with bench.gate() as gate:
        good = authorizer("/app/x", bench.certs.user)
        reply = gate.ask(AUTHORIZER, list(dict(
            good, SSL_CLIENT_S_DN_CN=b"\0b\0o\0b").items()))
        check(reply.granted, "an attribute's bytes", reply.raw[:60])
        for name in ("SSL_CLIENT_CERT", "SSL_CLIENT_VERIFY", "REQUEST_URI",
                     "REQUEST_METHOD"):
            value = good[name].encode() + b"\0x"
            reply = gate.ask(AUTHORIZER,
                             list(dict(good, **{name: value}).items()))
            check(reply.ended and not reply.granted, name, reply.raw[:60])


def test_parameters_without_end(bench):
    """Their sum is bounded."""
    with bench.gate() as gate, gate.connect() as c:
        c.send(begin(AUTHORIZER))
        piece = record(PARAMS, b"x" * 65535) * 16
        try:
            for _ in range(64):
                c.send(piece)
            check(False, "64 MiB were taken")
        except (BrokenPipeError, ConnectionResetError):
            pass
        alive(bench, gate)


def test_multiplexing_is_refused(bench):
    with bench.gate() as gate, gate.connect() as c:
        data = pairs(authorizer("/app/x", bench.certs.user))
        c.send(begin(AUTHORIZER, request_id=1) +
               begin(AUTHORIZER, request_id=2) +
               stream(PARAMS, data, 1) + record(STDIN))
        reply = c.read_reply(1)
        check(reply.status in (200, None), reply.raw[:80])
        alive(bench, gate)


def test_management_record(bench):
    with bench.gate() as gate, gate.connect() as c:
        c.send(record(GET_VALUES, pairs({"FCGI_MPXS_CONNS": ""}), 0,
                      padding=7))
        got = c.read_record()
        check(got and got[0] == 10, "no values:", got)
        check(b"FCGI_MPXS_CONNS0" in got[2], got)


def test_half_requests(bench):
    whole = request_bytes(AUTHORIZER,
                          authorizer("/app/x", bench.certs.user))
    with bench.gate() as gate:
        for cut in list(range(0, 40)) + list(range(40, len(whole) - 17, 97)):
            with gate.connect() as c:
                c.send(whole[:cut])
                c.sock.shutdown(1)
                reply = c.read_reply()
                check(not reply.granted, "cut at", cut)
                check(not reply.raw, "cut at", cut, reply.raw[:60])
        alive(bench, gate)


def test_garbage(bench):
    with bench.gate() as gate:
        for i in range(60):
            with gate.connect() as c:
                c.try_send(os.urandom(10 + i * 150))
                c.sock.shutdown(1)
                reply = c.read_reply()
                check(not reply.granted, "garbage was granted")
        alive(bench, gate)


def test_garbage_in_a_good_frame(bench):
    with bench.gate() as gate:
        for i in range(60):
            with gate.connect() as c:
                c.try_send(begin(AUTHORIZER) +
                           stream(PARAMS, os.urandom(1 + i * 37)) +
                           record(STDIN))
                c.sock.shutdown(1)
                reply = c.read_reply()
                check(not reply.granted, "garbage was granted")
        alive(bench, gate)


def test_impossible_lengths(bench):
    """Lengths whose sum runs over an int, and lengths that never come."""
    huge = struct.pack(">I", 0xffffffff)
    with bench.gate() as gate:
        for head in (huge + huge, huge + b"\1", b"\1" + huge,
                     struct.pack(">II", 0xc0000000, 0xc0000000),
                     struct.pack(">II", 0xfffffffe, 0x80000002)):
            with gate.connect() as c:
                c.try_send(begin(AUTHORIZER) +
                           stream(PARAMS, head + b"A" * 3000) +
                           record(STDIN))
                c.sock.shutdown(1)
                reply = c.read_reply()
                check(not reply.granted, head)
        alive(bench, gate)


def test_wrong_version_and_types(bench):
    with bench.gate() as gate:
        for raw in (b"\2" + begin(AUTHORIZER)[1:],
                    record(BEGIN, b"\0\2\0"),
                    record(BEGIN, b"\0\2\0\0\0\0\0\0", 0),
                    record(STDIN, b"x"), record(77, b"x"),
                    begin(AUTHORIZER) + record(STDIN)):
            with gate.connect() as c:
                c.try_send(raw)
                c.sock.shutdown(1)
                check(not c.read_reply().granted, raw)
        alive(bench, gate)


def test_idle_connections_hold_no_thread(bench):
    with bench.gate(args=["--socket", bench.path("gate.sock"), "--threads",
                          "2"]) as gate:
        params = authorizer("/app/x", bench.certs.user)
        conns = [gate.connect() for _ in range(200)]
        for round_number in range(3):
            for c in conns[round_number::7] + conns[:5]:
                reply = c.request(AUTHORIZER, params, keep=True)
                equal(reply.status, 200, round_number)
        alive(bench, gate)
        for c in conns:
            c.close()


def test_more_connections_than_descriptors(bench):
    """At the limit the longest idle go; new ones are served."""
    with bench.gate(wrap=["sh", "-c", 'ulimit -n 160; exec "$@"', "sh"],
                    args=["--socket", bench.path("gate.sock"), "--threads",
                          "2"]) as gate:
        conns = [gate.connect() for _ in range(300)]
        for _ in range(5):
            alive(bench, gate)
        for c in conns:
            c.close()


def test_peer_that_never_reads(bench):
    with bench.gate(args=["--socket", bench.path("gate.sock"), "--threads",
                          "2"]) as gate:
        whole = request_bytes(RESPONDER, responder("/api/cert-info",
                                                   bench.certs.user))
        for _ in range(50):
            with gate.connect() as c:
                c.send(whole)
        alive(bench, gate)


def test_answer_does_not_wait_for_the_body(bench):
    with bench.gate() as gate:
        for keep in (False, True):
            with gate.connect() as c:
                c.send(begin(RESPONDER, keep) + stream(PARAMS, pairs(
                    responder("/api/health", REQUEST_METHOD="GET"))) +
                    record(STDIN, b"begun"))
                kind, _, content = c.read_record()
                check(content.startswith(b"Status: "), content)


def test_parameter_of_an_odd_length(bench):
    """Every way to write a length names the same parameters."""
    with bench.gate() as gate:
        data = b""
        for name, value in authorizer("/admin/x",
                                      bench.certs.admin).items():
            name, value = name.encode(), value.encode()
            data += struct.pack(">I", len(name) | 0x80000000)
            data += length(len(value)) + name + value
        with gate.connect() as c:
            c.send(begin(AUTHORIZER) + stream(PARAMS, data) + record(STDIN))
            equal(c.read_reply().status, 200, "status")
