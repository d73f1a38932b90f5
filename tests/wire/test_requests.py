"""One request at a time: what is asked and what comes back."""

from wire import (AUTHORIZER, FILTER, PARAMS, RESPONDER, STDIN, authorizer,
                  begin, check, equal, pairs, record, responder, stream)


def expect(reply, status, reason=None):
    check(reply.ended, "no END_REQUEST; got", reply.raw[:200])
    equal(reply.status, status, "status of %r" % reply.raw[:200])
    if reason:
        equal(reply.reason(), reason, "reason")


def test_responder_grants_profile(bench):
    with bench.gate() as gate:
        reply = gate.ask(RESPONDER, responder("/api/profile",
                                              bench.certs.admin))
        expect(reply, 200)
        user = reply.json()["user"]
        equal(user["id"], "alice", "id")
        equal(user["role"], "admin", "role")


def test_responder_denies_without_certificate(bench):
    with bench.gate() as gate:
        reply = gate.ask(RESPONDER, responder("/api/profile"))
        expect(reply, 401, "certificate_missing")
        equal(reply.json()["reason"], "certificate_missing", "body")
        check(reply.headers["x-mtlsgate-decision"], "decision id")


def test_responder_denies_unverified(bench):
    with bench.gate() as gate:
        for verify in ("NONE", "FAILED:expired", "GENEROUS", "", "success"):
            reply = gate.ask(RESPONDER, responder(
                "/api/profile", bench.certs.admin,
                SSL_CLIENT_VERIFY=verify))
            expect(reply, 401)


def test_responder_unknown_page(bench):
    with bench.gate() as gate:
        expect(gate.ask(RESPONDER, responder("/api/nothing",
                                             bench.certs.admin)), 404)


def test_head_has_no_body(bench):
    with bench.gate() as gate:
        reply = gate.ask(RESPONDER, responder("/api/profile",
                                              bench.certs.admin,
                                              REQUEST_METHOD="HEAD"))
        expect(reply, 200)
        equal(reply.body, b"", "body")


def test_authorizer_grants(bench):
    with bench.gate() as gate:
        reply = gate.ask(AUTHORIZER, authorizer("/admin/x",
                                                bench.certs.admin))
        expect(reply, 200)
        equal(reply.headers["variable-remote_user"], "alice", "user")
        equal(reply.headers["variable-mtlsgate_role"], "admin", "role")


def test_authorizer_denies_role(bench):
    with bench.gate() as gate:
        reply = gate.ask(AUTHORIZER, authorizer("/admin/x",
                                                bench.certs.user))
        expect(reply, 403, "role_required")
        check(b"Variable-" not in reply.raw, "a denial carries variables")


def test_authorizer_denies_no_rule(bench):
    with bench.gate() as gate:
        expect(gate.ask(AUTHORIZER, authorizer("/elsewhere",
                                               bench.certs.admin)),
               403, "no_rule")


def test_authorizer_anyone(bench):
    with bench.gate() as gate:
        reply = gate.ask(AUTHORIZER, authorizer("/public/x"))
        expect(reply, 200)
        equal(reply.headers["variable-remote_user"], "", "user of nobody")


def test_authorizer_answered_without_stdin(bench):
    with bench.gate() as gate:
        expect(gate.ask(AUTHORIZER, authorizer("/app/x", bench.certs.user),
                        send_stdin=False), 200)


def test_mode_authorizer_on_responder(bench):
    with bench.gate() as gate:
        params = responder("/admin/x", bench.certs.admin,
                           MTLSGATE_MODE="authorizer")
        reply = gate.ask(RESPONDER, params)
        expect(reply, 200)
        equal(reply.headers["remote-user"], "alice", "mirrored user")
        params["SSL_CLIENT_CERT"] = bench.certs.user
        expect(gate.ask(RESPONDER, params), 403)


def test_filter_role_is_denied(bench):
    with bench.gate() as gate:
        for path in ("/app/x", "/public/x", "/api/profile"):
            reply = gate.ask(FILTER, responder(path, bench.certs.admin))
            check(not reply.granted, "granted:", reply.raw[:200])
            check(reply.status >= 400, "status", reply.status)


def test_role_of_no_meaning_is_closed(bench):
    with bench.gate() as gate:
        for role in (0, 4, 7, 0xffff, 0x0101, 0x0201):
            reply = gate.ask(role, authorizer("/app/x", bench.certs.admin))
            check(not reply.granted, "role", role, "granted")
            check(not reply.ended, "role", role, "ended in order")


def test_role_parameter_does_not_choose_the_role(bench):
    with bench.gate() as gate:
        params = responder("/app/x", bench.certs.admin,
                           FCGI_ROLE="AUTHORIZER")
        expect(gate.ask(RESPONDER, params), 404)
        params = list(authorizer("/app/x", bench.certs.user).items())
        params = [("FCGI_ROLE", "AUTHORIZER")] * 2 + params
        expect(gate.ask(AUTHORIZER, params), 200)


def test_duplicate_parameters_are_denied(bench):
    with bench.gate() as gate:
        for name, first, second in (
                ("SSL_CLIENT_CERT", bench.certs.user, bench.certs.admin),
                ("SSL_CLIENT_CERT", bench.certs.admin, bench.certs.user),
                ("SSL_CLIENT_VERIFY", "NONE", "SUCCESS"),
                ("SSL_CLIENT_VERIFY", "SUCCESS", "NONE"),
                ("REQUEST_URI", "/public/x", "/admin/x")):
            params = authorizer("/admin/x", bench.certs.admin)
            del params[name]
            params = list(params.items()) + [(name, first), (name, second)]
            reply = gate.ask(AUTHORIZER, params)
            check(not reply.granted, name, "twice was granted")
            check(reply.status and reply.status >= 400, name, reply.status)


def test_parameters_over_64k(bench):
    """Several PARAMS records, and more than one read buffer."""
    with bench.gate() as gate:
        filler = [("HTTP_X_%d" % i, "v" * 4000) for i in range(40)]
        params = filler + list(authorizer("/admin/x",
                                          bench.certs.admin).items())
        expect(gate.ask(AUTHORIZER, params), 200)
        params = filler + list(authorizer("/admin/x",
                                          bench.certs.user).items())
        expect(gate.ask(AUTHORIZER, params), 403)


def test_parameters_in_tiny_records(bench):
    with bench.gate() as gate, gate.connect() as c:
        data = pairs(authorizer("/admin/x", bench.certs.admin))
        c.send(begin(AUTHORIZER) + stream(PARAMS, data, piece=7) +
               record(STDIN))
        expect(c.read_reply(), 200)


def test_oversized_certificate_is_denied(bench):
    with bench.gate() as gate:
        for text in ("A" * (1 << 20), "-----BEGIN CERTIFICATE-----\n" +
                     "A" * (1 << 17) + "\n-----END CERTIFICATE-----\n"):
            reply = gate.ask(AUTHORIZER, authorizer("/app/x", text))
            expect(reply, 401)


def test_body_of_a_megabyte(bench):
    with bench.gate() as gate, gate.connect() as c:
        params = responder("/api/profile", bench.certs.admin,
                           REQUEST_METHOD="GET", CONTENT_LENGTH="1048576")
        expect(c.request(RESPONDER, params, stdin=b"z" * (1 << 20)), 200)
        check(c.at_end(), "not kept, yet open")


def test_status_comes_first(bench):
    with bench.gate() as gate:
        for role in (RESPONDER, AUTHORIZER, FILTER):
            for path in ("/api/profile", "/api/health", "/admin/..;/x", "",
                         "/x/.mtlsgate-deny", "*", "/%00", "/a#b",
                         "http://h/api/profile", "/\xff"):
                for cert in (None, bench.certs.user, "rubbish"):
                    params = responder(path, cert)
                    reply = gate.ask(role, params)
                    check(reply.ended, path, "no end")
                    check(reply.raw.startswith(b"Status: "), path,
                          reply.raw[:60])
                    equal(reply.raw.count(b"Status: "), 1, "Status lines")


def test_no_parameters_at_all(bench):
    with bench.gate() as gate:
        for role in (RESPONDER, AUTHORIZER):
            reply = gate.ask(role, {})
            check(reply.ended and reply.status >= 400, reply.raw[:100])


def test_health_needs_no_certificate(bench):
    with bench.gate() as gate:
        reply = gate.ask(RESPONDER, responder("/api/health"))
        expect(reply, 200)
        equal(reply.json(), {"status": "OK"}, "health")


def test_admin_status_counts(bench):
    with bench.gate() as gate:
        gate.ask(AUTHORIZER, authorizer("/app/x", bench.certs.user))
        gate.ask(AUTHORIZER, authorizer("/app/x"))
        reply = gate.ask(RESPONDER, responder("/api/admin/status",
                                              bench.certs.admin))
        expect(reply, 200)
        seen = reply.json()["requests"]
        check(seen["granted"] >= 1 and seen["denied"] >= 1, seen)


def test_header_injection_in_certificate_name(bench):
    """A name with a line end must not become a header."""
    cert = bench.certs.get("/CN=eve\\0D\\0AStatus: 200/OU=Administrators")
    with bench.gate() as gate:
        reply = gate.ask(AUTHORIZER, authorizer("/app/x", cert))
        equal(reply.raw.count(b"\r\nStatus:"), 0, "injected")
