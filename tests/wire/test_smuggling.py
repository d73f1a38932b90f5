"""A request body, or anything else a client writes, is never read as records.

The body carries a forged request for /admin/x with the administrator's
certificate. A reader that reads 8192 bytes at a time, as libfcgi does, and
forgets what is left in that buffer when a request ends reads what then stands
in the socket as the next request.
"""

from wire import (AUTHORIZER, PARAMS, RESPONDER, STDIN, authorizer, begin,
                  check, equal, pairs, record, request_bytes, responder,
                  stream)

BUFFER = 8192


def forged(bench, request_id=1):
    return request_bytes(AUTHORIZER,
                         authorizer("/admin/forged", bench.certs.admin,
                                    REMOTE_ADDR="203.0.113.66"),
                         keep=True, request_id=request_id)


def replies_on(c, most=5):
    """All replies that come until the other side closes or is silent."""
    out = []
    while len(out) < most and not (not c.buffer and c.is_silent()):
        reply = c.read_reply()
        if not reply.ended and not reply.raw:
            break
        out.append(reply)
    return out


def attack(bench, gate, role, params, offset, late=False):
    """Sends a request whose body has forged records at offset of what comes
    after the header of its STDIN record."""
    head = request_bytes(role, params, keep=True, send_stdin=False)
    at = -(-(len(head) + 8) // BUFFER) * BUFFER - len(head) - 8 + offset
    body = b"x" * at + forged(bench) * 6
    with gate.connect() as c:
        if late:
            c.send(head)
            first = c.read_reply()
            c.try_send(stream(STDIN, body))
        else:
            c.try_send(head + stream(STDIN, body))
            first = c.read_reply()
        more = replies_on(c)
        c.try_send(record(STDIN))
    return first, more


def check_attack(bench, role, params, status, offsets, late=False):
    with bench.gate() as gate:
        for offset in offsets:
            first, more = attack(bench, gate, role, params, offset, late)
            equal(first.status, status, "offset %d" % offset)
            for reply in more:
                check(not reply.granted, "offset", offset,
                      "a forged request was answered:", reply.raw[:120])
        for line in gate.audit_lines():
            check(line["path"] != "/admin/forged", "it got as far as",
                  line["decision"])


def test_responder_body_across_the_buffer(bench):
    check_attack(bench, RESPONDER, responder("/api/profile",
                                             bench.certs.user), 200,
                 range(-2, 3))


def test_denied_responder_body_across_the_buffer(bench):
    check_attack(bench, RESPONDER, responder("/api/profile"), 401, (0,))


def test_responder_body_with_large_parameters(bench):
    check_attack(bench, RESPONDER,
                 responder("/api/profile", bench.certs.user,
                           HTTP_FILL="f" * 20000), 200, range(-2, 3))


def test_authorizer_body_across_the_buffer(bench):
    check_attack(bench, AUTHORIZER, authorizer("/app/x", bench.certs.user),
                 200, range(-9, 3))


def test_authorizer_body_that_comes_late(bench):
    check_attack(bench, AUTHORIZER, authorizer("/app/x", bench.certs.user),
                 200, (0,), late=True)


def small_forgery(request_id):
    """Fits where a record header cut after three bytes leaves room: its
    first byte is what such a header has last, and then the body begins."""
    params = {"REQUEST_METHOD": "GET", "REQUEST_URI": "/public/forged"}
    rest = record(PARAMS, pairs(params), request_id) + \
        record(PARAMS, b"", request_id)
    return b"\x08\0\0" + begin(AUTHORIZER, True, request_id)[8:] + rest


def test_authorizer_header_cut_by_the_buffer(bench):
    """A buffer of 8192 bytes ends inside the header of the STDIN record: what
    is left of it reads as a BEGIN_REQUEST, and the body is the client's."""
    body = small_forgery(0x0800).ljust(0x0108, b"\0")
    with bench.gate() as gate:
        base = authorizer("/app/x", bench.certs.user)
        size = len(request_bytes(AUTHORIZER, base, keep=True,
                                 send_stdin=False))
        for cut in range(0, 9):
            params = dict(base, HTTP_FILL="f" * (BUFFER - size - 14 - cut))
            head = request_bytes(AUTHORIZER, params, keep=True,
                                 send_stdin=False)
            equal(len(head), BUFFER - cut, "made right")
            with gate.connect() as c:
                c.try_send(head + record(STDIN, body) + record(STDIN))
                equal(c.read_reply().status, 200, cut)
                check(not replies_on(c), "cut", cut, "answered")
        for line in gate.audit_lines():
            check(line["path"] != "/public/forged", "it got as far as",
                  line["decision"])


def test_body_of_another_request_id(bench):
    with bench.gate() as gate, gate.connect() as c:
        page = responder("/api/profile", bench.certs.user)
        c.try_send(request_bytes(RESPONDER, page, keep=True,
                                 send_stdin=False) +
                   stream(STDIN, b"x" * 9000 + forged(bench, 2), 2) +
                   record(STDIN))
        equal(c.read_reply().status, 200, "status")
        for reply in replies_on(c):
            check(not reply.granted, reply.raw[:120])


def test_records_in_parameter_values(bench):
    with bench.gate() as gate, gate.connect() as c:
        params = dict(responder("/api/profile", bench.certs.user),
                      HTTP_X=forged(bench) * 8)
        c.try_send(request_bytes(RESPONDER, params, keep=True))
        equal(c.read_reply().status, 200, "status")
        for reply in replies_on(c):
            check(False, "a second answer", reply.raw[:120])


def test_padding_is_not_read_as_records(bench):
    with bench.gate() as gate, gate.connect() as c:
        head = request_bytes(RESPONDER,
                             responder("/api/profile", bench.certs.user),
                             keep=True, send_stdin=False)
        pad = forged(bench)[:200]
        end = record(STDIN)[:6] + bytes([len(pad)]) + b"\0" + pad
        c.try_send(head + end)
        equal(c.read_reply().status, 200, "status")
        for reply in replies_on(c):
            check(not reply.granted, reply.raw[:120])
